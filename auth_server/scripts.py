"""What must happen at once, in Lua: Redis runs a script whole or not at all."""

# A grant is a hash {record, revoked}; codes and tokens are JSON strings beside a `used` key.

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
