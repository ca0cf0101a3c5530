#!lua name=auth
-- What must happen at once at Bank ID: Redis runs a function whole or not at all. Whoever starts Redis loads this file.
-- A grant is a hash {record, revoked}; codes and tokens are JSON strings beside a `used` key.

-- While a function runs, Redis does nothing else. So none goes through more than Bank ID itself ever stores, whatever
-- lies there: a Bank ID that was taken over must not keep Redis from the others.
local LONGEST, MOST_GRANTS, MOST_COUNTERS, MOST_AT_ONCE = 65536, 50000, 10, 1000

-- Returns a record, if it is no longer than any of Bank ID's.
local function modest(record)
  if record and #record > LONGEST then error('this record is longer than any of Bank ID') end
  return record
end

-- Reads a session with what an authorization request is answered from: the client, and what the person allowed it.
-- keys: session, client. args: prefix of consents, the client's id. Returns session, person, client, consent, or ''.
local function open_session(keys, args)
  local session, client = redis.call('GET', keys[1]), redis.call('GET', keys[2])
  local sub = session and cmsgpack.unpack(modest(session))['sub']
  local consent = sub and redis.call('GET', args[1] .. sub .. ':' .. args[2])
  return {session or '', sub or '', client or '', consent or ''}
end

-- Returns the scopes of a consent as a set.
local function scopes_in(consent)
  local scopes = {}
  for _, name in ipairs(cjson.decode(modest(consent) or '[]')) do scopes[name] = true end
  return scopes
end

-- Ends a grant, and with it all that it bought; one that is gone already is not begun again.
local function revoke(grant)
  if redis.call('EXISTS', grant) == 1 then redis.call('HSET', grant, 'revoked', '1') end
end

-- Remembers what a person allows of what was asked for, beside what was allowed before.
-- keys: consent, the person's consents. args: client, scopes asked for, scopes allowed.
local function remember(keys, args)
  local scopes, names = scopes_in(redis.call('GET', keys[1])), {}
  for name in pairs(scopes_in(args[2])) do scopes[name] = nil end
  for name in pairs(scopes_in(args[3])) do scopes[name] = true end
  for name in pairs(scopes) do table.insert(names, name) end
  table.sort(names)
  redis.call('SET', keys[1], cjson.encode(names))
  redis.call('SADD', keys[2], args[1])
end

-- Stores a grant, the code that carries it if there is one, and its place among what a person granted.
-- keys: grant, code, the person's grants, consent. args: record, seconds, code or '', id or '', `expires_at`, the app's
-- clock, scopes that the consent must cover. Returns whether it did.
local function begin_grant(keys, args)
  -- The consent was read before, in another step. Withdrawn since, it ended the grants of then, and would not end this.
  local consented = scopes_in(redis.call('GET', keys[4]))
  for name in pairs(scopes_in(args[7])) do
    if not consented[name] then return 0 end
  end
  redis.call('HSET', keys[1], 'record', args[1], 'revoked', '0')
  redis.call('EXPIRE', keys[1], args[2])
  if args[3] ~= '' then redis.call('SET', keys[2], args[3], 'EX', args[2]) end
  if args[4] ~= '' then
    local ended = redis.call('ZRANGE', keys[3], 0, args[6], 'BYSCORE', 'LIMIT', 0, MOST_AT_ONCE)
    if #ended > 0 then redis.call('ZREM', keys[3], unpack(ended)) end
    redis.call('ZADD', keys[3], args[5], args[4])
    -- `withdraw` goes through all that a person granted: beyond so many, the one that ends first ends now.
    if redis.call('ZCARD', keys[3]) > MOST_GRANTS then
      local first = redis.call('ZRANGE', keys[3], 0, 0)[1]
      revoke(string.sub(keys[1], 1, -#args[4] - 1) .. first)
      redis.call('ZREM', keys[3], first)
    end
  end
  return 1
end

-- Redeems a code and stores its tokens; a second redemption revokes the grant (RFC 6749 §4.1.2).
-- keys: used-mark, grant, access token, refresh token. args: access, seconds, refresh, seconds, mark's seconds or ''.
local function redeem_code(keys, args)
  if args[5] ~= '' and redis.call('SET', keys[1], '1', 'NX', 'EX', args[5]) == false then
    revoke(keys[2])
    return 0
  end
  if redis.call('HGET', keys[2], 'revoked') ~= '0' then return 0 end
  redis.call('SET', keys[3], args[1], 'EX', args[2])
  if args[3] ~= '' then redis.call('SET', keys[4], args[3], 'EX', args[4]) end
  return 1
end

-- Reads a token with its grant, and notes when the client last used a person's access.
-- keys: token. args: prefix of grants, the app's clock, prefix of what people's apps last did.
local function introspect(keys, args)
  local token = redis.call('GET', keys[1])
  if not token then return false end
  local record = cjson.decode(modest(token))
  local grant = record['grant']
  if redis.call('HGET', args[1] .. grant['grant_id'], 'revoked') ~= '0' then return false end
  local lives = record['kind'] == 'access_token' and tonumber(args[2]) < record['expires_at']
  if lives and grant['sub'] ~= grant['client_id'] then
    redis.call('HSET', args[3] .. grant['sub'], grant['client_id'], args[2])
  end
  return token
end

-- Ends all that a person allowed a client: consent and every grant, so that no token is bought in between.
-- keys: consent, the person's consents, what their apps last did, the person's grants. args: client, prefix of grants.
local function withdraw(keys, args)
  if redis.call('ZCARD', keys[4]) > MOST_GRANTS then error('these are more grants than Bank ID lets a person have') end
  redis.call('DEL', keys[1])
  redis.call('SREM', keys[2], args[1])
  redis.call('HDEL', keys[3], args[1])
  for _, id in ipairs(redis.call('ZRANGE', keys[4], 0, -1)) do
    local record = redis.call('HGET', args[2] .. id, 'record')
    if record and cjson.decode(modest(record))['client_id'] == args[1] then revoke(args[2] .. id) end
  end
end

-- Counts one more at every counter, or at none where one is full: requests that come together cannot share a last place.
-- keys: counters. args: seconds until a count begins anew, then each counter's limit. Returns whether it counted.
local function count(keys, args)
  if #keys > MOST_COUNTERS then error('Bank ID counts at fewer places at once') end
  for i, key in ipairs(keys) do
    if tonumber(redis.call('GET', key) or '0') >= tonumber(args[i + 1]) then return 0 end
  end
  for _, key in ipairs(keys) do
    if redis.call('INCR', key) == 1 then redis.call('EXPIRE', key, args[1]) end
  end
  return 1
end

-- Takes one back from every counter. keys: counters.
local function uncount(keys)
  if #keys > MOST_COUNTERS then error('Bank ID counts at fewer places at once') end
  for _, key in ipairs(keys) do
    if tonumber(redis.call('GET', key) or '0') > 0 then redis.call('DECR', key) end
  end
end

-- Writes, for a store that can only be read is of no use to anybody who signs in. keys: one for this alone.
local function write(keys) redis.call('SET', keys[1], '1') end

redis.register_function('auth_open_session', open_session)
redis.register_function('auth_begin_grant', begin_grant)
redis.register_function('auth_remember', remember)
redis.register_function('auth_redeem_code', redeem_code)
redis.register_function('auth_revoke', function(keys) revoke(keys[1]) end)
redis.register_function('auth_introspect', introspect)
redis.register_function('auth_withdraw', withdraw)
redis.register_function('auth_count', count)
redis.register_function('auth_uncount', uncount)
redis.register_function('auth_is_ready', write)
