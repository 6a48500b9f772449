"""Logs as the usual tools write them, each with the line that says what failed. Made by hand."""

# ruff: noqa: E501 - a line of a log is as long as its tool writes it
from __future__ import annotations

# By tool: the log, and what stands in its decisive line; None where nothing has failed.
LOGS: dict[str, tuple[str, str | None]] = {
    "pytest": (
        "============================= test session starts ==============================\n"
        "collected 412 items\n"
        "tests/test_errors.py::test_error_is_raised PASSED [ 10%]\n"
        "tests/test_cart.py::test_total FAILED [ 20%]\n"
        "=================================== FAILURES ===================================\n"
        "__________________________________ test_total __________________________________\n"
        "\n"
        "    def test_total():\n"
        ">       assert total([1, 2]) == 4\n"
        "E       assert 3 == 4\n"
        "E        +  where 3 = total([1, 2])\n"
        "\n"
        "tests/test_cart.py:12: AssertionError\n"
        "=========================== short test summary info ============================\n"
        "FAILED tests/test_cart.py::test_total - assert 3 == 4\n"
        "========================= 1 failed, 411 passed in 3.2s =========================\n",
        "assert 3 == 4",
    ),
    "traceback": (
        "INFO starting, 0 errors so far\n"
        "Traceback (most recent call last):\n"
        '  File "/app/main.py", line 10, in <module>\n'
        "    run()\n"
        '  File "/app/main.py", line 6, in run\n'
        '    return config["database"]\n'
        "KeyError: 'database'\n",
        "KeyError: 'database'",
    ),
    "node": (
        "> app@1.0.0 start\n"
        "> node --unhandled-rejections=strict index.js\n"
        "\n"
        "node:internal/modules/cjs/loader:1148\n"
        "  throw err;\n"
        "  ^\n"
        "\n"
        "Error: Cannot find module 'express'\n"
        "Require stack:\n"
        "- /app/index.js\n"
        "    at Module._resolveFilename (node:internal/modules/cjs/loader:1145:15)\n"
        "    at node:internal/main/run_main_module:28:49 {\n"
        "  code: 'MODULE_NOT_FOUND',\n"
        "}\n",
        "Cannot find module 'express'",
    ),
    "npm": (
        "npm warn deprecated inflight@1.0.6: This module is not supported, and leaks memory.\n"
        "npm error code ERESOLVE\n"
        "npm error ERESOLVE unable to resolve dependency tree\n"
        "npm error\n"
        "npm error While resolving: shop@1.0.0\n"
        "npm error Found: react@18.2.0\n"
        "npm error A complete log of this run can be found in: /root/.npm/_logs/x.log\n",
        "ERESOLVE",
    ),
    "java": (
        "12:00:01 INFO  [main] c.e.App - started error-handler\n"
        'Exception in thread "main" java.lang.IllegalStateException: pool exhausted\n'
        "\tat com.example.Pool.take(Pool.java:40)\n"
        "\tat com.example.App.main(App.java:9)\n"
        "Caused by: java.net.ConnectException: Connection refused\n"
        "\tat java.base/sun.nio.ch.Net.pollConnect(Native Method)\n"
        "\t... 12 more\n",
        "IllegalStateException: pool exhausted",
    ),
    "maven": (
        "[INFO] --- maven-failsafe-plugin:3.0:compile (default) @ app ---\n"
        "[INFO] Downloading from central: https://repo/error_prone_annotations-2.3.jar\n"
        "[ERROR] COMPILATION ERROR : \n"
        "[ERROR] /src/main/java/App.java:[12,8] cannot find symbol\n"
        "[ERROR]   symbol:   class Foo\n"
        "[INFO] BUILD FAILURE\n"
        "[ERROR] Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.8.1:compile\n"
        "[ERROR] -> [Help 1]\n",
        "cannot find symbol",
    ),
    "gradle": (
        "> Task :app:compileKotlin FAILED\n"
        "e: file:///app/src/Main.kt:3:5 Unresolved reference: foo\n"
        "\n"
        "FAILURE: Build failed with an exception.\n"
        "\n"
        "* What went wrong:\n"
        "Execution failed for task ':app:compileKotlin'.\n"
        "> Compilation error. See log for more details\n"
        "\n"
        "BUILD FAILED in 12s\n",
        "Unresolved reference: foo",
    ),
    "gotest": (
        "=== RUN   TestErrors\n"
        "--- PASS: TestErrors (0.00s)\n"
        "=== RUN   TestSum\n"
        "    sum_test.go:11: got 3, want 4\n"
        "--- FAIL: TestSum (0.00s)\n"
        "FAIL\n"
        "exit status 1\n"
        "FAIL\texample.com/sum\t0.003s\n",
        "--- FAIL: TestSum",
    ),
    "gopanic": (
        "listening\n"
        "panic: runtime error: index out of range [5] with length 3\n"
        "\n"
        "goroutine 1 [running]:\n"
        "main.main()\n"
        "\t/app/main.go:8 +0x1d\n"
        "exit status 2\n",
        "index out of range",
    ),
    "rust": (
        "   Compiling thiserror v1.0.50\n"
        "   Compiling app v0.1.0\n"
        "error[E0308]: mismatched types\n"
        " --> src/main.rs:4:18\n"
        "  |\n"
        '4 |     let x: i32 = "a";\n'
        'error: could not compile `app` (bin "app") due to 1 previous error\n',
        "error[E0308]",
    ),
    "cargotest": (
        "running 2 tests\n"
        "test error_is_ok ... ok\n"
        "test sum ... FAILED\n"
        "\n"
        "failures:\n"
        "\n"
        "---- sum stdout ----\n"
        "thread 'sum' panicked at src/lib.rs:9:9:\n"
        "assertion `left == right` failed\n"
        "  left: 3\n"
        " right: 4\n"
        "\n"
        "test result: FAILED. 1 passed; 1 failed; 0 ignored\n",
        "panicked at src/lib.rs:9:9",
    ),
    "gcc": (
        "make: Entering directory '/app'\n"
        "gcc -Werror -c src/error.c -o error.o\n"
        "src/a.c: In function 'main':\n"
        "src/a.c:3:5: error: implicit declaration of function 'foo' [-Werror=implicit-function-declaration]\n"
        "make: *** [Makefile:3: a.o] Error 1\n",
        "implicit declaration",
    ),
    "link": (
        "/usr/bin/ld: main.o: in function `main':\n"
        "main.c:(.text+0x5): undefined reference to `foo'\n"
        "collect2: error: ld returned 1 exit status\n"
        "make: *** [Makefile:3: a] Error 1\n",
        "undefined reference",
    ),
    "tsc": (
        "> tsc -p .\n"
        "src/app.ts(12,5): error TS2322: Type 'string' is not assignable to type 'number'.\n"
        "Found 1 error.\n"
        "error Command failed with exit code 2.\n",
        "TS2322",
    ),
    "jest": (
        "PASS src/error.test.js\n"
        "FAIL src/sum.test.js\n"
        "  ● sum › adds\n"
        "\n"
        "    expect(received).toBe(expected) // Object.is equality\n"
        "\n"
        "    Expected: 4\n"
        "    Received: 3\n"
        "\n"
        "      at Object.<anonymous> (src/sum.test.js:4:22)\n"
        "\n"
        "Test Suites: 1 failed, 1 passed, 2 total\n"
        "Tests:       1 failed, 3 passed, 4 total\n",
        "● sum › adds",
    ),
    "dotnet": (
        "  Determining projects to restore...\n"
        "/app/Program.cs(5,9): error CS0103: The name 'foo' does not exist in the current context [/app/app.csproj]\n"
        "Build FAILED.\n"
        "    0 Warning(s)\n"
        "    1 Error(s)\n",
        "CS0103",
    ),
    "dotnetrun": (
        "Unhandled exception. System.InvalidOperationException: Sequence contains no elements\n"
        "   at System.Linq.ThrowHelper.ThrowNoElementsException()\n"
        "   at Program.Main(String[] args) in /app/Program.cs:line 5\n",
        "Sequence contains no elements",
    ),
    "ruby": (
        "Run options: --seed 123\n"
        "app/models/cart.rb:12:in `total': undefined method `price' for nil:NilClass (NoMethodError)\n"
        "\tfrom app/models/cart.rb:5:in `each'\n"
        "\tfrom bin/run:3:in `<main>'\n",
        "NoMethodError",
    ),
    "rspec": (
        "..F\n"
        "\n"
        "Failures:\n"
        "\n"
        "  1) Cart adds up\n"
        "     Failure/Error: expect(cart.total).to eq(4)\n"
        "\n"
        "       expected: 4\n"
        "            got: 3\n"
        "\n"
        "     # ./spec/cart_spec.rb:5:in `block'\n"
        "\n"
        "Finished in 0.1 seconds\n"
        "3 examples, 1 failure\n",
        "Failure/Error",
    ),
    "php": (
        "PHP Warning:  Undefined variable $x in /app/a.php on line 2\n"
        "PHP Fatal error:  Uncaught Error: Call to undefined function foo() in /app/a.php:3\n"
        "Stack trace:\n"
        "#0 {main}\n"
        "  thrown in /app/a.php on line 3\n",
        "Call to undefined function",
    ),
    "docker": (
        "#7 [4/6] RUN pip install -r requirements.txt\n"
        "#7 1.2 Collecting exceptiongroup\n"
        "#7 2.101 ERROR: Could not find a version that satisfies the requirement nosuch==9 (from versions: none)\n"
        "#7 2.102 ERROR: No matching distribution found for nosuch==9\n"
        '#7 ERROR: process "/bin/sh -c pip install -r requirements.txt" did not complete successfully: exit code: 1\n'
        "------\n"
        'ERROR: failed to solve: process "/bin/sh -c pip install -r requirements.txt" did not complete successfully: exit code: 1\n',
        "Could not find a version",
    ),
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
    "github": (
        "2024-05-05T12:00:00.1234567Z ##[group]Run npm ci\n"
        "2024-05-05T12:00:00.2234567Z npm ci --fail-fast\n"
        "2024-05-05T12:00:00.3234567Z ##[endgroup]\n"
        "2024-05-05T12:00:03.1234567Z npm ERR! code ENOENT\n"
        "2024-05-05T12:00:03.1234567Z npm ERR! syscall open\n"
        "2024-05-05T12:00:03.1334567Z ##[error]Process completed with exit code 254.\n",
        "npm ERR! code ENOENT",
    ),
    "gitlab": (
        "section_start:1700000000:step_script\r"
        '\x1b[0K\x1b[0K\x1b[36;1mExecuting "step_script" stage of the job script\x1b[0;m\x1b[0;m\n'
        "\x1b[32;1m$ ./deploy.sh\x1b[0;m\n"
        "./deploy.sh: line 3: kubectl: command not found\n"
        "section_end:1700000000:step_script\r"
        "\x1b[0K\x1b[31;1mERROR: Job failed: exit code 127\x1b[0;m\n",
        "kubectl: command not found",
    ),
    "ansible": (
        "TASK [web : install] ***********************************************************\n"
        'fatal: [host1]: FAILED! => {"changed": false, "msg": "No package matching \'nosuch\' is available"}\n'
        "\n"
        "PLAY RECAP *********************************************************************\n"
        "host1 : ok=2 changed=0 unreachable=0 failed=1 skipped=0\n",
        "No package matching",
    ),
    "tap": (
        "TAP version 13\n"
        "ok 1 - handles errors\n"
        "not ok 2 - adds\n"
        "  ---\n"
        "  message: 'expected 4, got 3'\n"
        "  ...\n"
        "1..2\n"
        "# pass 1\n"
        "# fail 1\n",
        "not ok 2 - adds",
    ),
    "oom": (
        "[ 1.0] usb 1-1: new device\n"
        "[ 9.1] Out of memory: Killed process 4242 (java) total-vm:8000000kB\n",
        "Out of memory",
    ),
    "asan": (
        "=================================================================\n"
        "==1234==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010\n"
        "READ of size 4 at 0x602000000010 thread T0\n"
        "    #0 0x4c3 in main a.c:5\n",
        "heap-use-after-free",
    ),
    "bash": (
        "+ ./configure\n"
        "configure: error: C compiler cannot create executables\n"
        "See `config.log' for more details\n",
        "cannot create executables",
    ),
    "cmake": (
        "-- Detecting C compiler ABI info - done\n"
        "CMake Error at CMakeLists.txt:5 (find_package):\n"
        '  By not providing "FindFoo.cmake" ...\n'
        "-- Configuring incomplete, errors occurred!\n",
        "CMake Error at",
    ),
    "eslint": (
        "\n"
        "/app/src/a.js\n"
        "  3:5  error  'x' is not defined  no-undef\n"
        "\n"
        "✖ 1 problem (1 error, 0 warnings)\n",
        "'x' is not defined",
    ),
    "gobuild": (
        "# example.com/app\n"
        "./main.go:5:2: undefined: foo\n"
        "./main.go:6:2: declared and not used: x\n",
        "undefined: foo",
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
    "ps": (
        "PS C:\\> foo\n"
        "foo : The term 'foo' is not recognized as the name of a cmdlet, function, script file, or operable program.\n"
        "At line:1 char:1\n"
        "    + FullyQualifiedErrorId : CommandNotFoundException\n",
        "is not recognized as",
    ),
    "playwright": (
        "Running 2 tests using 1 worker\n"
        "  ✓  1 a.spec.ts:3:1 › shows an error (1s)\n"
        "  ✘  2 a.spec.ts:9:1 › logs in (5s)\n"
        "\n"
        "    TimeoutError: locator.click: Timeout 5000ms exceeded.\n",
        "✘  2 a.spec",
    ),
    "mypy": (
        'app/a.py:3: error: Incompatible return value type (got "str", expected "int")  [return-value]\n'
        "Found 1 error in 1 file (checked 3 source files)\n",
        "Incompatible return",
    ),
    "github script": (
        "2024-05-05T12:00:00.1234567Z ##[group]Run make || { echo 'error: make failed'; exit 1; }\n"
        "2024-05-05T12:00:00.2234567Z \x1b[36;1mmake || { echo 'error: make failed'; exit 1; }\x1b[0m\n"
        "2024-05-05T12:00:00.3234567Z ##[endgroup]\n"
        "2024-05-05T12:00:01.3234567Z + test -z 'error: none'\n"
        "2024-05-05T12:00:03.1234567Z E: Package 'foo' has no installation candidate\n"
        "2024-05-05T12:00:03.1334567Z ##[error]Process completed with exit code 1.\n",
        "Package 'foo' has no installation candidate",
    ),
    "quiet": (
        "checking for exception support... yes\n"
        '{"failures": 0, "error": null, "errors": []}\n'
        "errors=0 warnings=2 err=<nil>\n"
        "all fine\n0 errors, 0 failures\nno errors found\ndone\n",
        None,
    ),
    "swift": (
        "Compiling App main.swift\n"
        "/app/main.swift:3:9: error: cannot find 'foo' in scope\n"
        "** BUILD FAILED **\n",
        "cannot find 'foo'",
    ),
    "elixir": (
        "Compiling 3 files (.ex)\n"
        "== Compilation error in file lib/app.ex ==\n"
        "** (CompileError) lib/app.ex:3: undefined function foo/0\n",
        "Compilation error",
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
    "german": (
        "Starte Dienst\nFehler: Datei nicht gefunden: konfig.ini\n",
        "Fehler: Datei",
    ),
    "jenkins": (
        "[Pipeline] sh\n"
        "+ make test\n"
        "make: *** No rule to make target 'test'.  Stop.\n"
        "[Pipeline] }\n"
        "ERROR: script returned exit code 2\n"
        "Finished: FAILURE\n",
        "No rule to make target",
    ),
}
