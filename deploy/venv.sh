# shellcheck shell=sh
# Sourced by deploy/demo and tests/run, from the root of the clone: a .venv with the given extras, made once, kept up to
# date. Needs Python 3.11 or later and nothing else; INSTALL_MISSING=yes lets it install Debian packages as root.

say() { printf "%s\n" "$@"; }

# The one way out when something fails: what happened, then how to go on.
stop() {
    printf '\n%s: %s\n' "${0##*/}" "$1" >&2
    [ $# -lt 2 ] || printf '%s\n' "$2" >&2
    exit 1
}

# step WHAT HOW_TO_GO_ON COMMAND...
step() {
    step_what=$1 step_hint=$2
    shift 2
    say "- $step_what"
    "$@" || stop "stopped while it was $step_what" "$step_hint"
}

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for candidate in "${PYTHON:-python3}" python3 python3.11 python3.12 python3.13 python3.14 python; do
        if is_new_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# Some systems ship Python without the parts that make a venv.
venv_parts() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

apt_install() {
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        stop "this needs root and apt-get to install: $*"
    fi
    say "- installing Debian packages: $*"
    apt-get update -qq || stop "apt-get could not fetch its lists."
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null ||
        stop "apt-get could not install: $*"
}

make_venv() {
    python=$(find_python) || stop "Python 3.11 or later is not here." "Install it (Debian: apt install python3 python3-venv), or name it: PYTHON=/path/to/python3.11 $0"
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if ! venv_parts "$python" && [ "${INSTALL_MISSING:-no}" = yes ]; then
        apt_install "python$version-venv"
    fi
    venv_parts "$python" || stop "$python cannot make virtual environments." "Install that part of it (Debian: apt install python$version-venv) and run this again."
    # A .venv whose Python does not run (moved, or half made) is made anew; one that runs is kept.
    step "making .venv with Python $version" "Remove .venv and run this again." "$python" -m venv --clear .venv
}

# use_venv NAME EXTRAS: installs the project in .venv with these extras, unless that was done and nothing has changed.
# NAME keeps the marks of deploy/demo and tests/run apart, for both use one .venv.
use_venv() {
    is_new_enough .venv/bin/python || make_venv
    .venv/bin/python -m pip --version >/dev/null 2>&1 ||
        step "adding pip to .venv" "Remove .venv and run this again." .venv/bin/python -m ensurepip
    mark=.venv/.installed-$1
    wanted="$2 $PWD $(cat pyproject.toml constraints.txt | cksum)"
    [ "$(cat "$mark" 2>/dev/null)" = "$wanted" ] && return
    step "installing searchsvc[$2] and what it needs (a minute)" \
        "The lines above are pip's. Is a package index reachable? Run this again to go on." \
        .venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[$2]"
    printf '%s' "$wanted" >"$mark"
}

# Nothing of another project's environment reaches this one: its database would be filled with ours.
forget_environment() {
    unset DATABASE_URL REDIS_URL CELERY_BROKER_URL SECRET_KEY SECRET_KEY_FALLBACKS ALLOWED_HOSTS DJANGO_SETTINGS_MODULE
}
