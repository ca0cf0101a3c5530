#!lua name=budget
-- What must happen at once at Budget: Redis runs a function whole or not at all. Whoever starts Redis loads this file.

-- Takes a lock unless somebody else has it: a holder who asks again, because no answer came, does not wait for itself.
-- keys: lock. args: the holder's own word, milliseconds until it falls open.
local function acquire(keys, args)
  local holder = redis.call('GET', keys[1])
  if holder and holder ~= args[1] then return 0 end
  redis.call('SET', keys[1], args[1], 'PX', args[2])
  return 1
end

-- Keeps a lock closed for longer, if it is still the holder's. keys: lock. args: the holder's word, milliseconds.
local function extend(keys, args)
  return redis.call('GET', keys[1]) == args[1] and redis.call('PEXPIRE', keys[1], args[2]) or 0
end

-- Gives a lock back, if it is still the holder's: after its time it may be another's. keys: lock. args: the holder's word.
local function release(keys, args)
  return redis.call('GET', keys[1]) == args[1] and redis.call('DEL', keys[1]) or 0
end

-- Writes, for a store that can only be read is of no use to anybody who signs in. keys: one for this alone.
local function write(keys) redis.call('SET', keys[1], '1') end

redis.register_function('budget_acquire', acquire)
redis.register_function('budget_extend', extend)
redis.register_function('budget_release', release)
redis.register_function('budget_is_ready', write)
