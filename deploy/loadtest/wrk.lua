-- Requests for wrk: SCENARIO is root, parse or turn. A conversation lasts ten messages, then the next begins.
local scenario = os.getenv("SCENARIO")
local texts = { "hello", "I am very sad today", "no", "good evening to you", "what a wonderful day", "yes", "bye" }
local json = { ["Content-Type"] = "application/json" }
local threads = 0
function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end
local count = 0
function request()
    count = count + 1
    local text = texts[count % #texts + 1]
    if scenario == "root" then return wrk.format("GET", "/") end
    if scenario == "parse" then return wrk.format("POST", "/model/parse", json, '{"text": "' .. text .. '"}') end
    local sender = "load-" .. os.getenv("RUN") .. "-" .. number .. "-" .. math.floor(count / 10)
    return wrk.format("POST", "/webhooks/rest/webhook", json, '{"sender": "' .. sender .. '", "message": "' .. text .. '"}')
end
local failed = 0
function done(summary, latency, requests)
    io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration,
        latency:percentile(50), latency:percentile(99),
        summary.errors.status + summary.errors.timeout + summary.errors.read + summary.errors.write + summary.errors.connect))
end
