-- Move money once. Returns {outcome, transfer}: made, repeated, another or overdrawn.
-- KEYS: idempotency record, balances, the payer's statement, the payee's statement.
local fingerprint, transfer, source, target = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local amount, entry_out, entry_in = tonumber(ARGV[5]), ARGV[6], ARGV[7]
local now, expires_at, garbage_after = tonumber(ARGV[8]), ARGV[9], ARGV[10]

local known = redis.call('HMGET', KEYS[1], 'fingerprint', 'transfer', 'expires_at')
if known[1] and tonumber(known[3]) > now then
  if known[1] ~= fingerprint then return {'another', ''} end
  return {'repeated', known[2]}
end

if tonumber(redis.call('HGET', KEYS[2], source) or '0') < amount then return {'overdrawn', ''} end

redis.call('HINCRBY', KEYS[2], source, -amount)
redis.call('HINCRBY', KEYS[2], target, amount)
redis.call('RPUSH', KEYS[3], entry_out)
redis.call('RPUSH', KEYS[4], entry_in)
redis.call('HSET', KEYS[1], 'fingerprint', fingerprint, 'transfer', transfer, 'expires_at', expires_at)
redis.call('EXPIRE', KEYS[1], garbage_after)
return {'made', transfer}
