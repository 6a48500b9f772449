"""Logs of programs that ended, as their languages tell it. See `__init__.py`."""

# ruff: noqa: E501 - a line of a log is as long as its tool writes it
from __future__ import annotations

PROGRAMS: dict[str, tuple[str, str | None]] = {
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
    "php": (
        "PHP Warning:  Undefined variable $x in /app/a.php on line 2\n"
        "PHP Fatal error:  Uncaught Error: Call to undefined function foo() in /app/a.php:3\n"
        "Stack trace:\n"
        "#0 {main}\n"
        "  thrown in /app/a.php on line 3\n",
        "Call to undefined function",
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
    "ps": (
        "PS C:\\> foo\n"
        "foo : The term 'foo' is not recognized as the name of a cmdlet, function, script file, or operable program.\n"
        "At line:1 char:1\n"
        "    + FullyQualifiedErrorId : CommandNotFoundException\n",
        "is not recognized as",
    ),
    "quiet": (
        "checking for exception support... yes\n"
        '{"failures": 0, "error": null, "errors": []}\n'
        "errors=0 warnings=2 err=<nil>\n"
        "all fine\n0 errors, 0 failures\nno errors found\ndone\n",
        None,
    ),
    "german": (
        "Starte Dienst\nFehler: Datei nicht gefunden: konfig.ini\n",
        "Fehler: Datei",
    ),
}
