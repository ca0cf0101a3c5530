-- Write the first books unless there are books.
-- KEYS: accounts, balances, then one statement for each row; ARGV: the rows as JSON.
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
for i, row in ipairs(cjson.decode(ARGV[1])) do
  redis.call('HSET', KEYS[1], row.id, row.account)
  redis.call('HSET', KEYS[2], row.id, row.balance)
  redis.call('DEL', KEYS[2 + i])
  for _, entry in ipairs(row.transactions) do redis.call('RPUSH', KEYS[2 + i], entry) end
end
return 1
