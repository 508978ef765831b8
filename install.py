"""Set up and start long-term memory: the server, the tests, or a webui's extension.

Owns: the four commands. Needs the standard library alone, and parses on old Pythons
so that it can say which one is needed; the steps themselves stand in `installation/`.
"""

import argparse
import os
import sys
from pathlib import Path

if sys.version_info < (3, 11):
    sys.exit(
        "Python 3.11 or newer is needed; this is Python %d.%d (%s).\n"
        "Install a newer one from your system's packages or https://www.python.org "
        "and use it here, for example: python3.13 install.py serve"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )

from installation import update, webui
from installation.environment import HERE, NAME, PACKAGE, Failure, become, ensure


def serve(options: argparse.Namespace, rest: list[str]) -> int:
    """Set up and start the server; further arguments are the server's own."""
    python = ensure("full" if options.full else "serve", verbose=options.verbose)
    return become(python, "-m", NAME, "serve", *rest)


def test(options: argparse.Namespace, rest: list[str]) -> int:
    """Set up and run all tests; further arguments are pytest's own."""
    python = ensure("test", verbose=options.verbose)
    os.chdir(HERE)
    return become(python, "-m", "pytest", *rest)


def bring_up(options: argparse.Namespace, rest: list[str]) -> int:
    """Update to a newer version."""
    if rest:
        raise Failure(
            f"Unknown arguments: {' '.join(rest)}. See: install.py update --help"
        )
    old = Path(options.old) if options.old else None
    return update.update(old, verbose=options.verbose)


def attach(options: argparse.Namespace, rest: list[str]) -> int:
    """Attach to, check or leave an existing webui."""
    if rest:
        raise Failure(
            f"Unknown arguments: {' '.join(rest)}. See: install.py webui --help"
        )
    found = webui.find(Path(options.path), options.user_data_dir, options.python)
    if options.uninstall:
        return webui.uninstall(found)
    if options.check:
        return webui.check(found)
    return webui.install(
        found, copy=options.copy, system=options.system, verbose=options.verbose
    )


def servers_options() -> str:
    """Return the server's own options for the help, before anything is set up."""
    sys.path.insert(0, str(PACKAGE.parent))
    from long_term_memory.config.flags import explained

    return "options of the server:\n" + explained()


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    top = argparse.ArgumentParser(prog="install.py", description=__doc__.split("\n")[0])
    commands = top.add_subparsers(dest="command", required=True)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--verbose", action="store_true", help="show all that pip prints"
    )

    one = commands.add_parser(
        "serve",
        help="set up and start the server on port 5100",
        description="Set up what is needed, once, and start the server.",
        parents=[shared],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        # Read only when somebody asks for help.
        epilog=servers_options() if {"-h", "--help"} & set(sys.argv) else None,
    )
    one.add_argument(
        "--full",
        action="store_true",
        help="also install torch and sentence-transformers, for other embedding models",
    )
    one.set_defaults(act=serve)

    one = commands.add_parser("test", help="set up and run all tests", parents=[shared])
    one.set_defaults(act=test)

    one = commands.add_parser(
        "update",
        help="update to a newer version, with a backup first",
        parents=[shared],
    )
    one.add_argument(
        "--from",
        dest="old",
        metavar="FOLDER",
        help="the version before, where this one was unpacked beside it",
    )
    one.set_defaults(act=bring_up)

    one = commands.add_parser(
        "webui", help="attach to a text-generation-webui", parents=[shared]
    )
    one.add_argument("path", help="the webui's folder, where server.py is")
    how = one.add_mutually_exclusive_group()
    how.add_argument(
        "--check", action="store_true", help="say what is there, no change"
    )
    how.add_argument("--uninstall", action="store_true", help="detach; memories stay")
    how.add_argument("--copy", action="store_true", help="copy instead of linking")
    one.add_argument(
        "--system",
        action="store_true",
        help="extensions/ in place of user_data/extensions/",
    )
    one.add_argument(
        "--python", help="the webui's Python, if it is not found by itself"
    )
    one.add_argument("--user-data-dir", help="as given to the webui, if it is moved")
    one.set_defaults(act=attach)
    return top


def main(arguments: list[str]) -> int:
    """Run one command and return the exit code; a failure says what to do."""
    options, rest = parser().parse_known_args(arguments)
    try:
        return int(options.act(options, rest))
    except Failure as failure:
        print(failure, file=sys.stderr)
    except OSError as error:
        print(f"{error}\nCheck that the folder can be written.", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped. Run the same command again to go on.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
