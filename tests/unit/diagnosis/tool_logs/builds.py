"""Logs of compilers, checkers, package managers and builds. See `__init__.py`."""

# ruff: noqa: E501 - a line of a log is as long as its tool writes it
from __future__ import annotations

BUILDS: dict[str, tuple[str, str | None]] = {
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
