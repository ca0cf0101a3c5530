"""What must happen at once, in Lua: Redis runs a script whole or not at all."""

# A grant is a hash {record, revoked}; codes and tokens are JSON strings beside a `used` key.

BEGIN_GRANT = """
-- Stores a grant, the code that carries it if there is one, and its place among what a person granted.
-- KEYS: grant, code, the person's grants. ARGV: record, seconds, code or '', id or '', `expires_at`, the app's clock.
redis.call('HSET', KEYS[1], 'record', ARGV[1], 'revoked', '0')
redis.call('EXPIRE', KEYS[1], ARGV[2])
if ARGV[3] ~= '' then redis.call('SET', KEYS[2], ARGV[3], 'EX', ARGV[2]) end
if ARGV[4] ~= '' then
  redis.call('ZREMRANGEBYSCORE', KEYS[3], 0, ARGV[6])
  redis.call('ZADD', KEYS[3], ARGV[5], ARGV[4])
end
"""

REDEEM_CODE = """
-- Redeems a code and stores its tokens; a second redemption revokes the grant (RFC 6749 §4.1.2).
-- KEYS: code used-mark, grant, access token, refresh token. ARGV: access, seconds, refresh, seconds, mark's seconds.
if redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[5]) == false then
  redis.call('HSET', KEYS[2], 'revoked', '1')
  return 0
end
if redis.call('HGET', KEYS[2], 'revoked') ~= '0' then return 0 end
redis.call('SET', KEYS[3], ARGV[1], 'EX', ARGV[2])
if ARGV[3] ~= '' then redis.call('SET', KEYS[4], ARGV[3], 'EX', ARGV[4]) end
return 1
"""

INTROSPECT = """
-- Reads a token with its grant, and notes when the client last used a person's access.
-- KEYS: token. ARGV: prefix of grants, the app's clock, prefix of what people's apps last did.
local token = redis.call('GET', KEYS[1])
if not token then return false end
local record = cjson.decode(token)
local grant = record['grant']
if redis.call('HGET', ARGV[1] .. grant['grant_id'], 'revoked') ~= '0' then return false end
local lives = record['kind'] == 'access_token' and tonumber(ARGV[2]) < record['expires_at']
if lives and grant['sub'] ~= grant['client_id'] then
  redis.call('HSET', ARGV[3] .. grant['sub'], grant['client_id'], ARGV[2])
end
return token
"""

WITHDRAW = """
-- Ends all that a person allowed a client: consent and every grant, so that no token is bought in between.
-- KEYS: consent, the person's consents, what their apps last did, the person's grants. ARGV: client, prefix of grants.
redis.call('DEL', KEYS[1])
redis.call('SREM', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[3], ARGV[1])
for _, id in ipairs(redis.call('ZRANGE', KEYS[4], 0, -1)) do
  local record = redis.call('HGET', ARGV[2] .. id, 'record')
  if record and cjson.decode(record)['client_id'] == ARGV[1] then redis.call('HSET', ARGV[2] .. id, 'revoked', '1') end
end
"""
