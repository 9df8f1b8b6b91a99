import Assistant
package import Cryptography
package import JSON
import Logging
package import WebClient

/// A server that understands messages (`nlu`), as Rasa's `RasaNLUHttpInterpreter` speaks to it.
package struct RemoteInterpreter: NLUInterpreter {
    private let client: EndpointClient
    private let token: Secret?
    private let logger = Logger(label: "parley.understanding")

    /// - Parameter token: Goes into the request's body, where Rasa looks for it.
    package init(client: EndpointClient, token: Secret?) {
        self.client = client
        self.token = token
    }

    /// Asks the server. Where it fails, the message is understood as nothing.
    package func parse(_ text: String, of conversation: String) async -> JSONObject {
        let body: JSON = [
            "token": .text(token?.revealed), "text": .string(text), "message_id": .string(conversation),
        ]
        do {
            let response = try await client.post(body.encoded(), path: "model/parse")
            guard response.status == 200, var understood = try response.json().object else {
                throw EndpointError(.badResponse, "the server responded with status \(response.status)")
            }
            nameRetrievalIntent(&understood)
            return understood
        } catch {
            logger.error(
                "The NLU server failed; the message is taken as not understood",
                metadata: ["server": "\(client.address)", "error": "\(error)"])
            return ["intent": ["name": "", "confidence": 0.0], "entities": [], "text": ""]
        }
    }

    /// Rasa names the response that a retrieval intent stands for beside the intent.
    private func nameRetrievalIntent(_ understood: inout JSONObject) {
        guard case .object(var intent)? = understood["intent"], let name = intent["name"]?.string,
            let selector = understood["response_selector"],
            selector["all_retrieval_intents"]?.array?.contains(.string(name)) == true
        else { return }
        intent["full_retrieval_intent_name"] = selector[name]?["response"]?["intent_response_key"] ?? .null
        understood["intent"] = .object(intent)
    }
}
