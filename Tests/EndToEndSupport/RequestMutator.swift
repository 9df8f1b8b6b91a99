import JSON
import TestSupport

/// Damages valid requests. What comes out depends on the seed and the number alone, but for the time in
/// signatures, so a failure can be repeated.
package struct RequestMutator {
    let seed: UInt64
    /// The archive that requests to exchange the model name.
    let model: String
    /// Whose requests the channels get.
    let platforms: Platforms

    /// Mutants of requests to a server with this model and these platforms.
    package init(seed: UInt64, model: String, platforms: Platforms) {
        (self.seed, self.model, self.platforms) = (seed, model, platforms)
    }

    /// Bytes to send, and whether they may be less than a request, so that the server would wait for more.
    package struct Mutant {
        package let bytes: [UInt8]
        package let mayBeIncomplete: Bool
    }

    /// The damaged request of a number.
    package func mutant(_ number: Int) -> Mutant {
        var dice = Dice(seed: seed &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
        let conversation = "mutant-\(dice.number(below: 40))"
        // Processes are dear: one request in forty starts one.
        let choices =
            dice.hits(oneIn: 40)
            ? RawRequest.slow(model: model) : RawRequest.quick(conversation) + platforms.requests(conversation)
        var request = dice.pick(choices)
        for _ in 0...dice.number(below: 3) { dice.damage(&request) }
        var bytes = request.bytes
        let way = dice.number(below: 12)
        switch way {
        case 0: bytes.removeLast(dice.number(below: bytes.count))
        case 1: for _ in 0...dice.number(below: 4) { dice.damage(&bytes) }
        default: break
        }
        return Mutant(
            bytes: bytes, mayBeIncomplete: way < 2 || request.headers.contains { $0.name == "Content-Length" })
    }
}

/// A seeded sequence, with what a mutator throws it for.
struct Dice {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func number(below limit: Int) -> Int { limit < 1 ? 0 : Int(random.next() % UInt64(limit)) }
    mutating func hits(oneIn chances: Int) -> Bool { number(below: chances) == 0 }
    mutating func pick<Value>(_ values: [Value]) -> Value { values[number(below: values.count)] }
}

extension Dice {
    fileprivate mutating func damage(_ request: inout RawRequest) {
        switch number(below: 14) {
        case 0: request.method = pick(["GET", "POST", "PUT", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW", "get", ""])
        case 1: request.path = damaged(request.path)
        case 2:
            request.path = pick(["/", "//", "/conversations//tracker", "*", "http://h/status", "/%2e%2e/%00", "/é"])
        case 3: request.query.append((pick(Dice.names), pick(Dice.values)))
        case 4 where !request.query.isEmpty:
            request.query[number(below: request.query.count)].value = pick(Dice.values)
        case 5:
            request.headers.removeAll { $0.name == "Content-Type" }
            request.headers.append(("Content-Type", Array(pick(Dice.types).utf8)))
        case 6: request.headers.append((pick(Dice.headers), Array(pick(Dice.values).utf8)))
        case 7: for _ in 0...number(below: 200) { request.headers.append(("X-\(number(below: 99))", [120])) }
        case 8: request.isChunked.toggle()
        case 9 where hits(oneIn: 4) && !request.body.isEmpty:
            request.body = Array(
                repeatElement(request.body, count: 1 + number(below: 200_000 / request.body.count)).joined())
        case 9...11:
            if let json = try? JSON(parsing: request.body) {
                request.body = damaged(json).encoded()
            } else {
                insert(pick(Dice.yaml), into: &request.body)
            }
        case 12: insert(pick(Dice.tokens), into: &request.body)
        default: for _ in 0...number(below: 6) { damage(&request.body) }
        }
    }

    /// Changes, adds, removes or doubles a few bytes.
    fileprivate mutating func damage(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return bytes.append(UInt8(number(below: 256))) }
        let place = number(below: bytes.count)
        switch number(below: 4) {
        case 0: bytes[place] = UInt8(number(below: 256))
        case 1: bytes.insert(UInt8(number(below: 256)), at: place)
        case 2: bytes.remove(at: place)
        default:
            let part = bytes[place..<min(bytes.count, place + 1 + number(below: 30))]
            bytes.insert(contentsOf: part, at: number(below: bytes.count))
        }
    }

    private mutating func insert(_ text: String, into bytes: inout [UInt8]) {
        bytes.insert(contentsOf: Array(text.utf8), at: number(below: bytes.count + 1))
    }

    private mutating func damaged(_ text: String) -> String {
        let place = text.index(text.startIndex, offsetBy: number(below: text.count))
        return text[..<place]
            + pick(["%", "%zz", "%00", "/", "..", "?", "#", "{}", "é", String(repeating: "a", count: 40_000)])
            + text[place...]
    }

    /// A value with one part of it replaced, removed, renamed or wrapped.
    private mutating func damaged(_ value: JSON) -> JSON {
        switch value {
        case .object(var members) where !members.isEmpty && !hits(oneIn: 4):
            let name = members.keys[number(below: members.count)]
            switch number(below: 6) {
            case 0: members.removeValue(forKey: name)
            case 1: members[pick(Dice.names)] = members.removeValue(forKey: name)
            default: members[name] = damaged(members[name] ?? .null)
            }
            return .object(members)
        case .array(var elements) where !elements.isEmpty && !hits(oneIn: 4):
            let place = number(below: elements.count)
            switch number(below: 6) {
            case 0: elements.remove(at: place)
            case 1: elements += Array(repeating: elements[place], count: number(below: 50))
            default: elements[place] = damaged(elements[place])
            }
            return .array(elements)
        default: return hits(oneIn: 8) ? [value] : pick(Dice.leaves)
        }
    }

    private static let names = [
        "include_events", "until", "token", "output_channel", "emulation_mode", "stream", "model", "e2e", "event",
        "name",
        "value", "text", "timestamp", "parse_data", "intent", "entities", "sender", "metadata", "", "é", "a[0]",
        "cross_validation_folds", "augmentation", "execute_side_effects", "all_sessions", "message", "model_server",
    ]
    private static let values = [
        "", "0", "-1", "1e400", "nan", "true", "None", "ALL", "%00", "%F0%28", "WIT", "latest", "rest", "a b", "0x10",
        "99999999999999999999", String(repeating: "9", count: 5000), "../../etc/passwd", "chunked", "100-continue",
    ]
    private static let types = [
        "application/json", "application/x-yaml", "text/plain", "multipart/form-data; boundary=x", "",
        "a/b; charset=utf-16",
    ]
    private static let headers = [
        "Content-Length", "Transfer-Encoding", "Expect", "Accept", "Origin", "Authorization", "Connection", "Upgrade",
        "A b",
        "Content-Encoding", "X-Forwarded-For", "Host", "",
    ]
    private static let tokens = [
        "\u{0}", "\"", "\\u0000", "\\ud800", "1e999", "-", "NaN", "Infinity", "{", "]", "\u{FEFF}", "null", ",,", "/*",
        String(repeating: "[", count: 3000), String(repeating: #"{"a":"#, count: 300),
        String(repeating: "9", count: 400),
    ]
    private static let yaml = [
        "&a [*a, *a]", "*a", "!!python/object:x", "%YAML 9.9\n", "---\n", "? ", "\t", "- - - -", "<<: {}", "|", "{",
        ": ",
        "a: &b [x]\nc: [*b, *b, *b, *b]\n", String(repeating: "- ", count: 2000), "pipeline: 5\n", "stories: {}\n",
        "~\n",
    ]
    private static let leaves: [JSON] = [
        .null, .bool(true), .int(0), .int(-1), .int(.max), .int(.min), .double(-0.0), .double(1e308), .double(0.1), "",
        "é",
        "\u{0}", "greet", "action_listen", "action_restart", "action_back", "/restart", "/order_tea{", [:], [], [[]],
        .string(String(repeating: "long ", count: 2000)), ["name": nil], ["event": "restart"], "2030-13-45",
        "\u{10FFFF}",
    ]
}
