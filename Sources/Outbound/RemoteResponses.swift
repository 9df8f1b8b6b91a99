package import Assistant
import Dialogue
package import JSON
package import Offloading
package import WebClient

/// A server that makes the words of responses (`nlg`), as Rasa's `CallbackNaturalLanguageGenerator` speaks to it.
package struct RemoteResponses: ResponseGenerator {
    private let client: EndpointClient
    private let offload: any Offload

    /// A request with more events is made elsewhere: it takes some milliseconds.
    private static let shortEvents = 128

    /// A generator that asks this server.
    ///
    /// - Parameter offload: Makes the requests of long conversations.
    package init(client: EndpointClient, offload: any Offload = InlineOffload()) {
        self.client = client
        self.offload = offload
    }

    /// Asks for a response.
    ///
    /// - Throws: ``EndpointError``; the action that wanted to say it fails then.
    package func generate(_ request: ResponseRequest) async throws -> JSONObject? {
        let body = try await offload.run(if: request.tracker.events.count > Self.shortEvents) {
            let head: JSON = [
                "response": .string(request.response), "id": .text(request.variationID),
                "arguments": .object(request.values), "channel": ["name": .string(request.channel)],
            ]
            var body = head.encoded()
            body.removeLast()
            body += #","tracker":"#.utf8
            body += request.tracker.encodedState(verbosity: .all)
            body.append(UInt8(ascii: "}"))
            return body
        }
        let reply = try await client.post(body)
        guard reply.isSuccess else {
            throw EndpointError(.badResponse, "the server at \(client.address) responded with status \(reply.status)")
        }
        guard let response = try reply.json().object else {
            throw EndpointError(
                .badResponse, "the server at \(client.address) responded with something other than an object")
        }
        try check(response)
        return response
    }

    private func check(_ response: JSONObject) throws(EndpointError) {
        for (name, value) in response {
            let isRight: Bool
            switch name {
            case "text": isRight = value.string != nil
            case "id", "image": isRight = value.string != nil || value.isNull
            case "buttons", "elements":
                isRight = value.isNull || value.array?.allSatisfy { $0.object != nil } ?? false
            case "attachment": isRight = value.object != nil || value.isNull
            case "custom": isRight = value.object != nil
            default: isRight = true
            }
            guard isRight else {
                throw EndpointError(
                    .badResponse, "the response of the server at \(client.address) has a wrong \"\(name)\"")
            }
        }
    }
}
