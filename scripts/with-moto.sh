#!/usr/bin/env bash
# Runs a command against moto, an AWS emulator in Python: installs it once into .sluice/, starts it on a free port of this
# machine, gives the command its address in AWS_ENDPOINT_URL, and ends it.
#   scripts/with-moto.sh npm run test:engine
set -euo pipefail

version=5.2.5
root=$(cd "$(dirname "$0")/.." && pwd)
home=$root/.sluice/moto-$version

if [[ $# -eq 0 ]]; then
  echo "usage: $0 COMMAND..." >&2
  exit 2
fi
if [[ ! -e $home/installed ]]; then
  rm -rf "$home"
  python3 -m venv "$home"
  "$home/bin/pip" install --quiet --disable-pip-version-check "moto[server,dynamodb,s3,sqs]==$version"
  touch "$home/installed"
fi

port=$("$home/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
log=$(mktemp)
MOTO_ACCOUNT_ID=000000000000 "$home/bin/python" "$root/scripts/moto-server.py" -H 127.0.0.1 -p "$port" >"$log" 2>&1 &
server=$!

finish() {
  local status=$?
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  rm -f "$log"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

for _ in $(seq 120); do
  if curl --silent --fail --max-time 2 "http://127.0.0.1:$port/moto-api/data.json" >/dev/null 2>&1; then
    AWS_ENDPOINT_URL="http://127.0.0.1:$port" "$@"
    exit
  fi
  kill -0 "$server" 2>/dev/null || break
  sleep 0.5
done
echo "moto did not start:" >&2
tail -n 20 "$log" >&2
exit 1
