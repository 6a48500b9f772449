"""What only looks like a failure, what went well, and what follows from a failure. Pure."""

from __future__ import annotations

import re

from bot.diagnosis.scoring.rule import build_rules

# Counts of none, options, identifiers, names of files and packages.
FALSE_FRIENDS = build_rules(
    r"0 => \b(?:errors?|failures?|failed|failing|fail|errored|broken|unreachable|exceptions|timeouts"
    r"|fehler|erreurs?|errores)\s{0,8}[:=]?\s{0,8}0+\b(?![.x])",
    r"null|nil|none|false|[]|{}|\"\"|''|: 0|=0 => \b(?:errors?|err|failures?|failed|exceptions?)[\"']?\s{0,4}[:=]\s{0,4}"
    r"(?:0+|null|nil|<nil>|none|false|\"\"|''|\[\]|\{\}|undefined)(?![\w.'])",
    r"checking => ^checking (?:for|whether|if) .{0,200}\.\.\.",
    r"cache miss => \bcache miss\b.{0,200}?(?:not found|$)",
    r"policy => \b(?:retry|restart) policy\b.{0,100}",
    r"0 |no |zero|without|kein|sans|aucun|sin |ningún => "
    r"\b(?:0|no|zero|without(?: any)?|kein(?:e[nr]?)?|sans|aucune?|sin|ningún)\s+(?:\w{1,30} )?"
    r"(?:errors?|failures?|failed|failing|exceptions?|warnings?|issues|problems?|vulnerabilities"
    r"|conflicts|crashes|timeouts|fehler|erreurs?|errores)\b",
    r"- => (?<![\w-])--?[a-z][\w-]{0,40}?(?:fail|error|abort|crash|missing|timeout|unknown|invalid)"
    r"[\w-]{0,40}",
    r"fail-fast|on-error|on-failure|fail_fast|on_error|on_failure|timeout- => (?:\b|-)(?:fail[-_]fast"
    r"|on[-_]error|on[-_]failure|timeout-\w{1,30})\b"
    r"\s{0,4}[:=]?\s{0,4}(?:true|false|\d{1,9}|ignore|continue|resume|always|never)?",
    r"log => \b(?:log|logging|rust)[_-]?(?:level)?\s{0,4}[=:]\s{0,4}['\"]?"
    r"(?:error|fatal|critical|severe)\b",
    r"error_|error-|fail_|fail-|failed_|failed-|failure_|failure-|exception_|exception-|fatal_|fatal-"
    r"|panic_|errors_|panic- => \b(?:error|fail(?:ed|ure)?|exception|fatal|panic)s?[_-]\w"
    r"[\w-]{0,60}(?![\w-]|:)",
    r"_error|_fail|_exception|_panic => \b(?!npm_|ora_)\w{1,60}_(?:error|fail(?:ed|ure)?|exception"
    r"|panic)s?\b(?!:)",
    r"/error|/fail|/exception|/fatal|/panic|/timeout => /(?:errors?|failures?|exceptions?|fatal|panic"
    r"|timeouts?)(?:/[\w.@-]{0,80})?(?=[\s,;)]|$)",
    r"error|fail|exception|assert|panic|timeout|abort => "
    r"(?:error|fail|exception|assert|panic|timeout|abort)[\w-]{0,60}"
    r"\.(?:py|jsx?|tsx?|mjs|go|rs|java|kt|rb|php|cc?|cpp|hh?|hpp|cs|o|so|a|jar|whl|tgz|html|css|map"
    r"|svg|md|log|txt|yml|yaml)\b(?!:\d|\(\d|\", line)",
    r"error|exception => \b(?:error|exception)s? (?:handl(?:er|ing)|report(?:er|ing)|page|boundary|log"
    r"|tracking)s?\b",
    r"ignored => \b(?:this|errors?|warnings?|it) (?:is|are|can be|may be) (?:safely )?ignored\b",
    r"if  => \bif (?:an? |the )?\w{0,20} ?(?:error|failure|fails?)\b",
    r"on error|on failure => \b(?:retry|retrying|retries|continue|stop) on (?:error|failure)s?\b",
)
# Whatever the name of the test or the package says.
WENT_WELL = build_rules(
    r"pass|ok |✓|✔|√|☑|✅ => ^\s{0,40}(?:---\s)?(?:PASS(?:ED)?\b|ok\s+\d|[✓✔√☑✅])",
    r"... => \.\.\.\s{0,8}(?:ok|passed|ignored|skipped)\s{0,8}$",
    r"passed|xfail|skipped => \s(?-i:PASSED|XFAIL|SKIPPED)\b(?:\s+\[\s{0,3}\d{1,3}%\])?\s*$",
    r"download|collecting|fetch|cached|get:|requirement|install|success|unpacking|selecting|setting up"
    r"|preparing|receiving|resolving|add|extracting|pulling|compiling|checking|updating|locking|wheel"
    r" => ^\s{0,8}(?:\[\w{1,12}\]\s+)?(?:Download(?:ing|ed)|Collecting|Fetching|Fetched|Using cached"
    r"|Cached|Get:\d|Requirement already|Installing collected|Successfully|Unpacking|Selecting"
    r"|Setting up|Preparing to|Receiving objects|Resolving deltas|Adding|Added|Extracting|Pulling"
    r"|(?:Compiling|Checking|Updating|Locking) [\w-]{1,80} v?\d|Created wheel|Building wheel)\b"
    r"(?!.{0,1500}\b(?:failed|error:|cannot|could not|denied)\b)",
)
LOW_LEVEL = re.compile(
    r"(?:^|[\s\[(|=\"])(?:WARN(?:ING)?|INFO|DEBUG|TRACE|NOTICE|VERBOSE|warning|npm warn|level=info"
    r"|level=warn|level=debug)(?=[\s\]):|,\"]|$)",
)
HIGH_LEVEL = re.compile(
    r"(?:^|[\s\[(|=\"<])(?:E?ERROR|FATAL|CRITICAL|SEVERE|PANIC|EMERG(?:ENCY)?|ALERT|level=error"
    r"|level=fatal|error|fatal|panic)(?=[\s\]):|,\">]|$)"
)
# What follows from a failure that was told before, or only announces it.
CONSEQUENCES = build_rules(
    r"process completed with exit code|job failed|a complete log of this run|lifecycle script|elifecycle",
    r"ninja: build stopped|collect2: error: ld returned|could not compile|aborting due to",
    r"command failed with exit code|operation was canceled|operation was cancelled|error: recipe `",
    r"build failed|build failure|short test summary|[error] -> [help|[help |re-run maven",
    r"full stack trace|failed to execute goal|failed to solve|executor failed running|error command failed",
    r"main process exited, code=|failed with result '|script returned exit code|returned a non-zero code",
    r"scheduled restart job|traceback (most recent call last)|stack backtrace:|exited with code ",
    r"during handling of the above|was the direct cause|retrying in |execution failed for task",
    r"what went wrong:|finished: fail|there are test failures|some tests failed|failures detected",
    r"compilation error :|compilation failure => ^.{0,12}COMPILATION (?:ERROR|FAILURE)",
    r">   => ^>\s{3,}\S",
    r"*** => ^(?:g?make|gmake)(?:\[\d+\])?: \*\*\*.{0,500}?\bError \d+",
    r"test|snapshots => ^\s*(?:Tests?|Test Suites|Test Files|Snapshots)\b:?.{0,60}?\bfailed\b",
    r" in  => ^[=\s]*\d+ (?:failed|errors?|passed)\b.{0,200}?\bin [\d.]+ ?s",
    r"failed|failing|error => ^\s*\d+ (?:failing|failed|errors?)\b.{0,20}$",
    r"failed ( => ^FAILED \((?:failures|errors)=",
    r"fail|errors = => ^(?:FAIL|failures:|=+ (?:FAILURES|ERRORS) =+)$",
    r"test result: failed|exit status => ^(?:test result: FAILED|exit status \d)",
    r"tests run: => ^\s*(?:\[\w{1,12}\] )?Tests run:",
    r"npm => ^npm (?:ERR!|error) (?:A complete log|code (?:ELIFECYCLE|[1-9])|errno \d|path |command "
    r"|signal |workspace |location |    |$)",
    r"exited with => the command .{0,300}? exited with [1-9]",
    r"note: => ^\s*note: ",
    r"fail  => ^FAIL\s+[\w./-]{1,300}(?:\s+[\d.]+s| \[build failed\])?$",
    r"failed  => ^FAILED\s+\S{1,400}::\S{1,400}(?: - .*)?$",
    r"found => ^Found \d+ errors?",
    r"exited => ^error: .{0,200}exited with [1-9]",
    r"retrying => ^retrying\b",
)
