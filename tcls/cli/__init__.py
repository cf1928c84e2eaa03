"""The command line: each command parses, calls one library function, hands the result to report."""

import os
import signal
import sys


def _run(arguments: list[str]) -> None:
    """Carry out the command. Plain files to label need no parser: loading one would cost
    more than labelling an article."""
    command, *files = arguments or [""]
    if command == "predict" and files and not any(f[:1] == "-" and f != "-" for f in files):
        from tcls.cli.labelling import label

        sys.exit(label(files))
    from tcls.cli.app import app

    app()


def main() -> None:
    """Run the `tcls` command. Errors that a user can mend are one line on standard error."""
    from tcls.errors import TclsError
    from tcls.reading.plain import shown

    if sys.stderr is None:  # closed: print(file=None) would go to standard output
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    if sys.stdin is None:
        sys.stdin = open(os.devnull)  # noqa: SIM115
    if sys.stdout is None:
        print("tcls: standard output is closed; give it a file or a pipe", file=sys.stderr)
        sys.exit(74)
    if hasattr(signal, "SIGPIPE"):  # a reader that has gone ends the command without a word
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        try:
            _run(sys.argv[1:])
        finally:  # typer ends with SystemExit: what is not written out yet must count
            sys.stdout.flush()
    except TclsError as fault:
        print(f"tcls: {shown(str(fault))}", file=sys.stderr)
        sys.exit(fault.exit_code)
    except BrokenPipeError:  # the reader has gone: nothing to say and nobody to say it to
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(0)
    except OSError as fault:
        where = f"{shown(str(fault.filename))}: " if fault.filename else ""
        print(
            f"tcls: {where}{fault.strerror or fault}; check disk and permissions", file=sys.stderr
        )
        os._exit(74)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as bug:
        if os.environ.get("TCLS_DEBUG"):
            raise
        print(
            f"tcls: a bug: {type(bug).__name__}; please report it, with TCLS_DEBUG=1 set for a "
            "traceback (it may quote your document)",
            file=sys.stderr,
        )
        sys.exit(70)
