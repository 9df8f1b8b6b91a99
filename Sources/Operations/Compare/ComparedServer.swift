import Encodings
import ExactText
import JSON
import Prefork
import WebClient

/// One of the two servers that are compared.
struct ComparedServer: Sendable {
    /// What it is called in messages, and the flag that names it.
    let title: String
    let flag: String
    let address: WebAddress
    let token: String?
    let headers: [(name: String, value: String)]
    let httpClient: OutboundHTTPClient
    let timeout: Duration

    /// What a server can be asked.
    struct Abilities: Sendable, Hashable {
        /// The version of Rasa that it names; nil where it has no API.
        var version: String?
        /// Whether it has the HTTP API, with the token that is known.
        var hasAPI: Bool
        var hasREST: Bool
    }

    /// - Parameter conversation: The conversation's name on this server.
    func reply(to request: PlannedRequest, in conversation: String) async -> ServerReply {
        let body = request.body(for: conversation)
        var headers = headers + [(name: "Accept", value: "application/json")]
        if body != nil { headers.append((name: "Content-Type", value: "application/json")) }
        let call = OutboundHTTPClient.Call(
            request.method, url(request.path(for: conversation)), headers: headers, body: body?.encoded() ?? [],
            timeout: timeout, callee: "\(title) at \(address.text)")
        do throws(EndpointError) {
            let response = try await httpClient.send(call)
            let body = (try? response.parsed()) ?? .string(String(decoding: response.body, as: UTF8.self))
            return .response(status: response.status, body: body)
        } catch {
            return .failure("\(request.route): \(error)")
        }
    }

    private func url(_ path: String) -> String {
        guard let token else { return address.text + path }
        let mark = path.unicodeScalars.contains("?") ? "&" : "?"
        return "\(address.text)\(path)\(mark)token=\(Percent.encode(token))"
    }

    /// Finds out what can be asked.
    ///
    /// - Throws: ``BootFailure`` with what to do, where the server cannot be asked at all.
    func abilities() async throws(BootFailure) -> Abilities {
        guard case .response(let status, let body) = await reply(to: .get("/version"), in: "") else {
            throw await unreachable()
        }
        let hasREST = try await succeeds("/webhooks/rest/")
        guard status < 400 else { return Abilities(version: nil, hasAPI: false, hasREST: hasREST) }
        let state = await reply(to: .get("/status"), in: "")
        guard case .response(let stateStatus, _) = state else { throw await unreachable() }
        guard ![401, 403].contains(stateStatus) else {
            throw BootFailure(
                "\(title) at \(address.text) refuses what is asked (status \(stateStatus)); name its token by "
                    + "\(flag == "--against" ? "--auth-token" : "--parley-token"), or what else it needs by --header",
                status: ExitStatus.noPermission)
        }
        guard stateStatus < 400 else {
            throw BootFailure(
                "\(title) at \(address.text) has no model (status \(stateStatus)); start it with one",
                status: ExitStatus.unavailable)
        }
        return Abilities(version: body["version"]?.string, hasAPI: true, hasREST: hasREST)
    }

    private func succeeds(_ path: String) async throws(BootFailure) -> Bool {
        guard case .response(let status, _) = await reply(to: .get(path), in: "") else { throw await unreachable() }
        return status < 400
    }

    private func unreachable() async -> BootFailure {
        var reason = "\(title) at \(address.text) does not respond"
        if case .failure(let words) = await reply(to: .get("/"), in: "") {
            reason = words.exact.removingPrefix("GET /: ").map(String.init) ?? words
        }
        return BootFailure("\(reason); start it, or correct \(flag)", status: ExitStatus.unavailable)
    }
}

extension PlannedRequest {
    /// A question without a body.
    fileprivate static func get(_ path: String) -> PlannedRequest {
        PlannedRequest(method: "GET", path: path, route: "GET \(path)", says: path)
    }
}
