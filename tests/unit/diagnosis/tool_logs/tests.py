"""Logs of tools that run tests. See `__init__.py`."""

# ruff: noqa: E501 - a line of a log is as long as its tool writes it
from __future__ import annotations

TESTS: dict[str, tuple[str, str | None]] = {
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
    "playwright": (
        "Running 2 tests using 1 worker\n"
        "  ✓  1 a.spec.ts:3:1 › shows an error (1s)\n"
        "  ✘  2 a.spec.ts:9:1 › logs in (5s)\n"
        "\n"
        "    TimeoutError: locator.click: Timeout 5000ms exceeded.\n",
        "✘  2 a.spec",
    ),
}
