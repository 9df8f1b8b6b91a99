import HTTPServer
import JSON

/// The service whose form the answer of `POST /model/parse` takes.
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

    /// A parse result in the service's form.
    func answer(_ parsed: JSON) -> JSON {
        switch self {
        case .none: parsed
        case .wit: Wit.answer(parsed)
        case .luis: LUIS.answer(parsed)
        case .dialogflow: Dialogflow.answer(parsed)
        }
    }
}
