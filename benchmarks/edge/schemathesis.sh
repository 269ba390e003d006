#!/usr/bin/env bash
# Requests made from /openapi.json, answers checked against it: schemathesis.sh URL KEY [examples an operation]
# It needs schemathesis 4 (pip install schemathesis), as `st` in PATH.
set -euo pipefail
url=${1:?URL} key=${2:?KEY} examples=${3:-1000}
exec st run "$url/openapi.json" --url "$url" --header "Authorization: Bearer $key" \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
    --mode all --phases examples,coverage,fuzzing --max-examples "$examples" --workers 4 --continue-on-failure \
    --request-timeout 30 --exclude-path /v1/workspace --no-color
