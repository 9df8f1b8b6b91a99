import ExactText
import JSON
import OrderedCollections
import Prefork

/// A file of recorded requests: in each line a JSON object with `method`, `path` and `body`.
///
/// Requests of one conversation keep their order, and its name is replaced by one of the comparison's own.
enum RecordedRequests {
    /// - Throws: ``BootFailure`` that names the line, for one that is none and for a request that must not be repeated.
    static func plays(_ text: [UInt8], file: String, limit: Int) throws(BootFailure) -> [Play] {
        var conversations: OrderedDictionary<ExactString, [PlannedRequest]> = [:]
        var single: [Play] = []
        var count = 0
        for (index, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            guard count < limit else { break }
            guard line.contains(where: { !" \t\r".utf8.contains($0) }) else { continue }
            let place = "\(file):\(index + 1)"
            let (request, conversation) = try request(Array(line), place)
            count += 1
            if let conversation {
                conversations[conversation.exact, default: []].append(request)
            } else {
                single.append(Play(kind: .recorded, name: place, requests: [request]))
            }
        }
        let told = conversations.map { name, requests in
            Play(kind: .recorded, name: "\(name) (\(file))", requests: requests)
        }
        return told + single
    }

    private static func request(
        _ line: [UInt8], _ place: String
    ) throws(BootFailure) -> (PlannedRequest, conversation: String?) {
        guard let record = (try? JSON(parsing: line))?.object, let path = record["path"]?.string,
            path.exact.hasPrefix("/")
        else {
            throw refusal(place, "must be a JSON object with 'method', 'path' (beginning with '/') and 'body'")
        }
        let body = record["body"].flatMap { $0.isNull ? nil : $0 }
        let method = record["method"]?.string?.uppercased() ?? (body == nil ? "GET" : "POST")
        let bare = path.exact.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = String(bare.first ?? "").exact.split(separator: "/").map { String($0) }
        guard isHarmless(method, parts) else {
            throw refusal(
                place,
                "\(method) \(path) is left out of comparisons, as it would change the servers or write to people; "
                    + "delete the line")
        }
        let says = body?["message"]?.string ?? body?["text"]?.string ?? body?["name"]?.string ?? "\(method) \(path)"
        if parts.first?.exact == "conversations", parts.count > 1 {
            let rest = parts.dropFirst(2).joined(separator: "/")
            let query = bare.count > 1 ? "?\(bare[1])" : ""
            let request = PlannedRequest(
                method: method, path: "/conversations/\(PlannedRequest.sender)/\(rest)\(query)", body: body,
                route: "\(method) /conversations/{id}/\(rest)", says: says)
            return (request, parts[1])
        }
        var sent = body
        let sender = body?["sender"]?.string
        if case .object(var members)? = body, sender != nil {
            members["sender"] = .string(PlannedRequest.sender)
            sent = .object(members)
        }
        let isMessage = parts.first?.exact == "webhooks" && method == "POST"
        let request = PlannedRequest(
            method: method, path: path, body: sent, route: "\(method) /\(parts.joined(separator: "/"))", says: says)
        return (request, isMessage ? sender : nil)
    }

    /// Whether a request only asks, or changes nothing but its own conversation. Webhooks of messengers would have both
    /// servers write to the people there.
    private static func isHarmless(_ method: String, _ parts: [String]) -> Bool {
        switch parts.first ?? "" {
        case "conversations": return parts.count > 2
        case "webhooks": return parts.count == 3 && parts[1] == "rest" && parts[2] == "webhook" && method == "POST"
        case "model": return method == "POST" && parts.count == 2 && ["parse", "predict"].contains(exact: parts[1])
        case "", "version", "status", "domain": return method == "GET" && parts.count < 2
        default: return false
        }
    }

    private static func refusal(_ place: String, _ message: String) -> BootFailure {
        BootFailure("\(place): \(message)", status: ExitStatus.data)
    }
}
