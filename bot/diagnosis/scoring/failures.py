"""What lines look like that say what failed, by how surely they do, in the usual tools. Pure.

See `appearances.py` for what only looks like it.
"""

from __future__ import annotations

from bot.diagnosis.scoring.rule import build_rules

# Compilers, exceptions, crashes: the line itself says what is wrong.
_DECISIVE = (
    *build_rules(
        r"error|exception|failure|fault|panic => (?:^|[\s(\[\"'])(?:[\w$-]{1,80}(?:\.|::|/|\\)){0,12}"
        r"[A-Z][\w$]{0,80}?(?:Error|Exception|Failure|Fault|Panic)\b(?: \[\w+\])?(?:\s\(0x\w+\))?"
        r"\s*(?::|$|\()",
        r"caused by|uncaught|unhandled => ^\W{0,8}(?:Caused by|Uncaught|Unhandled)\b.{0,200}?[:\]]",
        flags=0,
    ),
    *build_rules(
        r"error => ^\s*(?:\[\w+\]\s*)?[\w./\\@+-]{1,300}(?::\d+|\(\d+|:\[\d+)[\d,:\])]{0,20}\s*"
        r"(?:-\s+)?(?:fatal )?error\b",
        r"error => \berror(?:\[[A-Z]?\d+\]|\s+[A-Z]{1,6}\d{2,6}\b)",
        r"panic => \bpanic(?:ked)?(?: at |:)|kernel panic",
        r"fatal => (?:^|\s)fatal(?: error)?:",
        r"segmentation fault|sigsegv|out of memory|oomkilled|oom-kill|core dumped|stack smashing",
        r"stack overflow|data race|sanitizer:|no space left on device|no rule to make target",
        r"undefined reference|undefined symbol|parse error:|heap out of memory",
        r"ora- => \bORA-\d{5}",
        r"error|exception|notfound => \((?:\w{1,60}::){0,4}[A-Z]\w{0,60}(?:Error|Exception|NotFound)\)\s*$",
        r"error => ^\s+\d+:\d+\s+error\b|^ERROR \d{3,5} \(\w{5}\)|an error occurred \(\w+\)",
        r"undefined|cannot|unused|declared|missing|unexpected|expected|invalid|syntax|is not => "
        r"^[\w./\\@-]{1,200}\.\w{1,8}:\d+(?::\d+)?:? .{0,200}?\b(?:undefined|undeclared|cannot|unused"
        r"|declared|missing|unexpected|expected|invalid|syntax|is not)\b",
        r"bug: => (?-i:\bBUG: )",
        r":[ => ^\[ERROR\] .{1,300}:\[\d+,\d+\]",
        r"php => PHP (?:Fatal|Parse) error:",
    ),
)
# Marks that a tool sets in front of a failed test, step or container.
_MARKED = build_rules(
    r"e   => ^E\s{2,}\S",
    r"fail: => ^\s*(?:---\s)?FAIL:",
    r"not ok => ^\s*not ok\b",
    r"✗|✘|✕|×|❌|● => ^\s*[✗✘✕×❌●]\s*\S",
    r"err!|npm error => ^(?:npm|pnpm|yarn) (?:ERR!|error) \S",
    r"imagepullbackoff|errimagepull|crashloopbackoff|eresolve|sqlstate|deadlock detected",
    r"[emerg]|[crit]|[alert]|[fatal]|[critical]",
    r"fatal|panic|critical|emerg|severe => (?-i:\b(?:FATAL|PANIC|CRITICAL|EMERG|SEVERE)\b)\s*[:\]|-]",
    r"violates => violates .{0,40}constraint",
    r"eno|eacc|econn|eaddr|etimed|eperm|emfile => (?-i:\bE(?:NOENT|ACCES|CONNREFUSED|ADDRINUSE|NOSPC"
    r"|TIMEDOUT|PERM|MFILE|CONNRESET|NOTFOUND)\b)",
    r"::error|##vso => ^::error\b|^##vso\[task\.logissue type=error",
)
# Words that mean a failure wherever they stand.
_PLAIN = build_rules(
    r"error => (?<![\w-])errors?(?!\s*0\b)\s*[:\]!]|^\s*\[?error\]?\s+\S|level=error",
    r"fatal => level=fatal|^\s*fatal\b",
    r"command not found|no such file or directory|permission denied|connection refused|timed out",
    r"address already in use|too many open files|access denied|connection reset|broken pipe",
    r"deadline exceeded|unable to|no module named|unauthorized|forbidden|no such host|unreachable",
    r"timeout => \btimeout\b.{0,40}(?:exceeded|reached|expired)",
    r"cannot|could not|can't|couldn't => (?:cannot|could not|can't|couldn't) (?:find|resolve|connect|open"
    r"|load|read|import|locate|allocate|create|access|be |determine|parse|use|get|download|fetch"
    r"|stat|start)",
    r"no matching => no matching (?:distribution|version|manifest)",
    r"authentication failed|authentication required|x509:|certificate verify failed",
    r"certificate => certificate (?:has )?(?:expired|is not trusted|signed by unknown)",
    r"readiness probe failed|liveness probe failed|back-off|evicted|failedscheduling",
    r"panicked => thread '.{1,80}?' (?:\(\d+\) )?panicked",
    r"fehlgeschlagen|fehler:|erreur :|erreur:|エラー|失敗|例外|ошибка|错误:",
    r"quota exceeded|rate limit|throttl|syntax error|parse error|failed! =>|fatal: [|failed: [",
    r"denied => (?:permission|access)\b.{0,200}?\bdenied|denied (?:to|for|by)\b",
    r"already in use|too many requests|deadlock|ssl certificate problem|illegal instruction",
    r"undefined control sequence|nodes are available|insufficient cpu|insufficient memory",
    r"e:  => ^E: ",
    r"err! => \bERR!",
    r"expected => \bexpected\b.{0,100}?\b(?:but was|but got|got|received)\b",
    r"undefined method|undefined local variable|is not recognized as",
    r"assert => assertion .{0,80}?fail|\bassert(?:ion)?\b.{0,60}?[=!<>]=",
    r"unexpected => unexpected (?:token|end|EOF|char)",
    r"unresolved => unresolved (?:import|reference|external|symbol)",
    r"is not => is not (?:defined|a function|recognized|installed|assignable)",
)
# Words that often do.
_LIKELY = build_rules(
    r"fail => \bfail(?:ed|ure|ures|s)?\b",
    r"exception => \bexceptions?\b",
    r"crash => \bcrash(?:ed)?\b",
    r"denied|not found|does not exist|doesn't exist|already exists|not allowed|not permitted",
    r"rejected|conflict|refused|corrupt|mismatch|unavailable|incompatible|unhealthy|exceeded",
    r"missing|invalid|unexpected|unknown|expired => \b(?:missing|invalid|unexpected|unknown|expired)\b",
    r"abort|killed => \b(?:abort(?:ed|ing)?|killed)\b",
    r"error => (?<![\w-])errors?(?![\w-]|\.\w)",
    r"cannot|can't|could not|couldn't|too large|unsupported|unmet|introuvable|no se pudo|错误|失败",
    r"fehler|erreur|échec|fallo|falló => \b(?:fehler|erreur|échec|fallo|falló)\b",
    r" 50|http => \bHTTP[/ ]?[\d.]{0,3}\"? 5\d\d\b| 50[0234] (?:\d|Bad|Service|Gateway|Internal)",
)
_WEAK = build_rules(
    r"exit => exit(?:ed)?(?: with)?(?: code| status)?[ :=]+[1-9]",
    r"traceback|non-zero|did not|must be|cancelled|canceled",
    r"timeout|died|requires|stopped|lost|wrong|fault => "
    r"\b(?:timeout|died|requires|stopped|lost|wrong|fault)\b",
)
RULES = ((10, _DECISIVE), (9, _MARKED), (8, _PLAIN), (6, _LIKELY), (4, _WEAK))
