"""Logs of servers, clusters and what deploys to them. See `__init__.py`."""

# ruff: noqa: E501 - a line of a log is as long as its tool writes it
from __future__ import annotations

SYSTEMS: dict[str, tuple[str, str | None]] = {
    "k8s": (
        "Events:\n"
        "  Type     Reason     Age   From      Message\n"
        "  Normal   Scheduled  2m    scheduler Successfully assigned default/web to node-1\n"
        '  Warning  Failed     1m    kubelet   Failed to pull image "web:9": rpc error: code = NotFound desc = not found\n'
        "  Warning  Failed     1m    kubelet   Error: ErrImagePull\n"
        '  Warning  BackOff    1m    kubelet   Back-off pulling image "web:9"\n',
        "Failed to pull image",
    ),
    "terraform": (
        "aws_instance.web: Creating...\n"
        "╷\n"
        "│ Error: creating EC2 Instance: UnauthorizedOperation: You are not authorized to perform this operation.\n"
        "│ \n"
        "│   with aws_instance.web,\n"
        '│   on main.tf line 3, in resource "aws_instance" "web":\n'
        "╵\n",
        "UnauthorizedOperation",
    ),
    "systemd": (
        "Jan 01 12:00:00 host systemd[1]: Starting web.service - Web...\n"
        "Jan 01 12:00:01 host web[99]: listen tcp :80: bind: address already in use\n"
        "Jan 01 12:00:01 host systemd[1]: web.service: Main process exited, code=exited, status=1/FAILURE\n"
        "Jan 01 12:00:01 host systemd[1]: web.service: Failed with result 'exit-code'.\n",
        "address already in use",
    ),
    "nginx": (
        "2024/01/01 12:00:00 [notice] 1#1: start worker processes\n"
        '2024/01/01 12:00:01 [emerg] 1#1: host not found in upstream "api" in /etc/nginx/conf.d/default.conf:5\n',
        "host not found in upstream",
    ),
    "postgres": (
        "2024-01-01 12:00:00.000 UTC [1] LOG:  database system is ready to accept connections\n"
        '2024-01-01 12:00:01.000 UTC [9] ERROR:  duplicate key value violates unique constraint "users_email_key"\n'
        "2024-01-01 12:00:01.000 UTC [9] DETAIL:  Key (email)=(a@b.c) already exists.\n",
        "duplicate key value",
    ),
    "ansible": (
        "TASK [web : install] ***********************************************************\n"
        'fatal: [host1]: FAILED! => {"changed": false, "msg": "No package matching \'nosuch\' is available"}\n'
        "\n"
        "PLAY RECAP *********************************************************************\n"
        "host1 : ok=2 changed=0 unreachable=0 failed=1 skipped=0\n",
        "No package matching",
    ),
    "oom": (
        "[ 1.0] usb 1-1: new device\n"
        "[ 9.1] Out of memory: Killed process 4242 (java) total-vm:8000000kB\n",
        "Out of memory",
    ),
    "mysql": (
        "mysql> \nERROR 1064 (42000) at line 3: You have an error in your SQL syntax\n",
        "ERROR 1064",
    ),
    "aws": (
        "upload: ./a to s3://b/a\n"
        "An error occurred (AccessDenied) when calling the PutObject operation: Access Denied\n",
        "AccessDenied",
    ),
    "helm": (
        'Error: UPGRADE FAILED: cannot patch "web" with kind Deployment: field is immutable\n',
        "UPGRADE FAILED",
    ),
    "git": (
        "remote: Permission to a/b.git denied to c.\n"
        "fatal: unable to access 'https://github.com/a/b.git/': The requested URL returned error: 403\n",
        "denied to c",
    ),
}
