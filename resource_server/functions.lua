#!lua name=bank
-- What must happen at once at the bank: Redis runs a function whole or not at all. Whoever starts Redis loads this file.

-- While a function runs, Redis does nothing else: the books that a bank begins with are no longer than this (bytes).
local LONGEST = 65536

-- Writes the first books unless there are books.
-- keys: accounts, balances, then one statement for each row. args: the rows as JSON.
local function plant(keys, args)
  if redis.call('EXISTS', keys[1]) == 1 then return 0 end
  if #args[1] > LONGEST then error('no bank begins with books as long as these') end
  for i, row in ipairs(cjson.decode(args[1])) do
    redis.call('HSET', keys[1], row.id, row.account)
    redis.call('HSET', keys[2], row.id, row.balance)
    redis.call('DEL', keys[2 + i])
    for _, entry in ipairs(row.transactions) do redis.call('RPUSH', keys[2 + i], entry) end
  end
  return 1
end

-- Moves money once. Returns {outcome, transfer}: made, repeated, another or overdrawn.
-- keys: idempotency record, balances, the payer's statement, the payee's statement.
local function transfer(keys, args)
  local fingerprint, made, source, target = args[1], args[2], args[3], args[4]
  local amount, entry_out, entry_in = tonumber(args[5]), args[6], args[7]
  local now, expires_at, garbage_after = tonumber(args[8]), args[9], args[10]

  local known = redis.call('HMGET', keys[1], 'fingerprint', 'transfer', 'expires_at')
  if known[1] and tonumber(known[3]) > now then
    if known[1] ~= fingerprint then return {'another', ''} end
    redis.call('EXPIRE', keys[1], garbage_after) -- a write: whoever asks again waits, too, until all is on disk
    return {'repeated', known[2]}
  end

  if tonumber(redis.call('HGET', keys[2], source) or '0') < amount then return {'overdrawn', ''} end

  redis.call('HINCRBY', keys[2], source, -amount)
  redis.call('HINCRBY', keys[2], target, amount)
  redis.call('RPUSH', keys[3], entry_out)
  redis.call('RPUSH', keys[4], entry_in)
  redis.call('HSET', keys[1], 'fingerprint', fingerprint, 'transfer', made, 'expires_at', expires_at)
  redis.call('EXPIRE', keys[1], garbage_after)
  return {'made', made}
end

-- Writes, for a store that can only be read is of no use to anybody who signs in. keys: one for this alone.
local function write(keys) redis.call('SET', keys[1], '1') end

redis.register_function('bank_plant', plant)
redis.register_function('bank_transfer', transfer)
redis.register_function('bank_is_ready', write)
