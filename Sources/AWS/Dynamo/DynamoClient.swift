import ExactText
package import JSON
package import NIOCore
import WebClient

/// Speaks with DynamoDB, or with a server that is like it.
package final class DynamoClient: Sendable {
    package let place: String
    private let address: WebAddress
    private let signer: RequestSigner
    private let httpClient: OutboundHTTPClient
    private let credentials: CredentialsProvider
    private let environment: AWSEnvironment

    /// Throttled requests are sent again so often.
    private static let maxAttempts = 4

    /// A client for a region; `AWS_ENDPOINT_URL_DYNAMODB` or `AWS_ENDPOINT_URL` name another server.
    package init(region: String, environment: AWSEnvironment = .process, loop: any EventLoop) {
        address = WebAddress(
            environment.endpoint(of: "DYNAMODB") ?? "https://dynamodb.\(region).amazonaws.com")
        place = "DynamoDB at \(address.text)"
        signer = RequestSigner(region: region, service: "dynamodb")
        httpClient = OutboundHTTPClient(loop: loop)
        credentials = CredentialsProvider(environment: environment, httpClient: httpClient)
        self.environment = environment
    }

    /// Asks for one operation, such as `GetItem`. Requests that were throttled, and so not carried out, are sent again.
    ///
    /// - Throws: ``DynamoError``.
    package func call(_ operation: String, _ input: JSON) async throws(DynamoError) -> JSON {
        var attempt = 1
        while true {
            do throws(DynamoError) {
                return try await callOnce(operation, input)
            } catch {
                guard error.isThrottled, attempt < Self.maxAttempts else { throw error }
                await httpClient.pause(.milliseconds(50 << attempt))
                attempt += 1
            }
        }
    }

    /// Waits on the client's loop.
    package func pause(_ time: Duration) async { await httpClient.pause(time) }

    package func close() async { await httpClient.close() }

    private func callOnce(_ operation: String, _ input: JSON) async throws(DynamoError) -> JSON {
        let body = input.encoded()
        let headers = [
            (name: "Content-Type", value: "application/x-amz-json-1.0"),
            (name: "X-Amz-Target", value: "DynamoDB_20120810.\(operation)"),
        ]
        let request = RequestSigner.Request(
            "POST", host: address.host, path: "\(address.path)/", headers: headers, body: body)
        let response: EndpointResponse
        do {
            let signed = signer.headers(for: request, credentials: try await credentials.credentials())
            response = try await httpClient.send(
                OutboundHTTPClient.Call(
                    "POST", "\(address.text)/", headers: headers + signed, body: body, timeout: .seconds(10),
                    callee: place))
        } catch {
            throw DynamoError(type: "", message: "\(error)")
        }
        let json = try? response.parsed()
        guard response.status == 200, let json else {
            let type = json?["__type"]?.string.map { String($0.exact.split(separator: "#").last ?? "") }
            let message = json?["message"]?.string ?? json?["Message"]?.string
            throw DynamoError(
                type: type ?? "status \(response.status)", message: message ?? "status \(response.status)")
        }
        return json
    }
}

/// Why DynamoDB did not do what it was asked for.
package struct DynamoError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The service's name for the error, such as `ResourceNotFoundException`; empty where it could not be asked.
    package let type: String
    package let message: String

    /// Whether the request was not carried out because there were too many.
    var isThrottled: Bool {
        ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"].contains(type)
    }

    /// Whether the request may have been carried out all the same: its response was lost, or the service broke over it.
    package var mayBeDone: Bool { type.isEmpty || type.exact.hasPrefix("status 5") || type.exact.hasPrefix("Internal") }

    package var description: String { type.isEmpty ? message : "\(type): \(message)" }
}
