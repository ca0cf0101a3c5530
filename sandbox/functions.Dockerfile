# The one-shot service `functions`: gives Redis the parties' Lua as its administrator, and ends.
FROM redis:8
COPY auth_server/functions.lua /functions/auth.lua
COPY resource_server/functions.lua /functions/bank.lua
COPY client_app/functions.lua /functions/budget.lua
USER 10000:10000
# A shell reads the password, which stands in a file and in no image or environment.
# hadolint ignore=DL3025
ENTRYPOINT REDISCLI_AUTH="$(cat /run/sandbox-secrets/admin_redis_password)" && export REDISCLI_AUTH && \
    for library in /functions/*.lua; do redis-cli -e --user admin -x FUNCTION LOAD REPLACE < "$library" || exit 1; done
