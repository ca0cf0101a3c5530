#!lua name=budget
-- What must happen at once at Budget: Redis runs a function whole or not at all. Whoever starts Redis loads this file.

-- Takes a lock unless somebody has it. keys: lock. args: the holder's own word, milliseconds until it falls open.
local function acquire(keys, args)
  return redis.call('SET', keys[1], args[1], 'NX', 'PX', args[2]) and 1 or 0
end

-- Gives a lock back, if it is still the holder's: after its time it may be another's. keys: lock. args: the holder's word.
local function release(keys, args)
  return redis.call('GET', keys[1]) == args[1] and redis.call('DEL', keys[1]) or 0
end

redis.register_function('budget_acquire', acquire)
redis.register_function('budget_release', release)
redis.register_function('budget_is_loaded', function() return 1 end)
