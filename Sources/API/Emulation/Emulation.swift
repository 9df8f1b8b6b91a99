import HTTPServer
import JSON

/// The service whose form the response of `POST /model/parse` takes.
enum Emulation: String, Sendable {
    case wit, luis, dialogflow
    /// Rasa's own.
    case none

    /// What `emulation_mode` asks for, upper and lower case alike.
    init(query: Query) throws(APIError) {
        guard let name = query.first("emulation_mode") else {
            self = .none
            return
        }
        guard let mode = Emulation(rawValue: name.lowercased()), mode != .none else {
            throw .badParameter(
                "emulation_mode",
                "Invalid parameter value for 'emulation_mode'. Should be one of 'WIT', 'LUIS', 'DIALOGFLOW'.")
        }
        self = mode
    }

    func rendered(_ parsed: JSON) -> JSON {
        switch self {
        case .none: parsed
        case .wit: Wit.rendered(parsed)
        case .luis: LUIS.rendered(parsed)
        case .dialogflow: Dialogflow.rendered(parsed)
        }
    }
}
