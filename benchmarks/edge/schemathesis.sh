#!/usr/bin/env bash
# Requests made from /openapi.json, answers checked against it: schemathesis.sh URL KEY [examples an operation]
# It needs schemathesis 4 (pip install schemathesis) on Python 3.12 or newer, as `st` in PATH. The service's limits must be off
# (`--set limits.user=requests=unlimited`), and its data are worth nothing afterwards.
set -euo pipefail
url=${1:?URL} key=${2:?KEY} examples=${3:-1000}
export MNEME_URL=$url MNEME_API_KEY=$key
export PYTHONPATH=${PYTHONPATH:+$PYTHONPATH:}$(dirname "${BASH_SOURCE[0]}") SCHEMATHESIS_HOOKS=schemathesis_hooks
exec st run "$url/openapi.json" --url "$url" --header "Authorization: Bearer $key" \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance \
    --mode all --phases examples,coverage,fuzzing --max-examples "$examples" --workers 4 --continue-on-failure \
    --request-timeout 30 --exclude-name "DELETE /v1/workspace" --warnings off --no-color
