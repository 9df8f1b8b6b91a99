import NIOCore
import Prefork
import Settings
import WebClient

/// Tries the servers that are asked over HTTP: any response shows that they are there.
enum ServerHealthChecks {
    /// The action server, the one that makes responses, and the one that understands, as far as they are configured.
    static func checks(_ endpoints: Endpoints, loop: any EventLoop) -> [HealthCheck] {
        let servers = [
            ("action_endpoint", endpoints.actionEndpoint), ("nlg", endpoints.responses),
            ("nlu", endpoints.understanding),
        ]
        return servers.compactMap { part, endpoint in endpoint.map { check(part, $0, loop: loop) } }
    }

    private static func check(_ part: String, _ endpoint: HTTPEndpoint, loop: any EventLoop) -> HealthCheck {
        let address = String(endpoint.url.unicodeScalars.prefix { $0 != "?" })
        return HealthCheck(
            part: part, place: String(address),
            advice: "start the server, or correct 'url' at \(endpoint.place)",
            onRefusal: "correct 'token', 'basic_auth' or 'headers' at \(endpoint.place)"
        ) {
            let client = try EndpointClient(endpoint, loop: loop)
            let result: Result<EndpointResponse, any Error>
            do {
                // These servers take POST; whatever they say to GET, nothing happens by it.
                result = .success(try await client.get())
            } catch {
                result = .failure(error)
            }
            await client.close()
            let response = try result.get()
            switch response.status {
            case 401, 403:
                throw BootFailure(
                    "it responds with \(response.status): it does not take the credentials",
                    status: ExitStatus.noPermission)
            case 500...:
                throw BootFailure("it responds with status \(response.status)", status: ExitStatus.unavailable)
            default: return "responds"
            }
        }
    }
}
