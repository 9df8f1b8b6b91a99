import JSON

/// The forms of training data in JSON, which Rasa tells apart by a member or the file's name.
enum JSONForm {
    /// Rasa's own older form.
    case rasa
    case wit
    case luis
    /// An intent of Dialogflow; its examples are in a file beside.
    case dialogflowIntent
    /// An entity of Dialogflow; its values are in a file beside.
    case dialogflowEntity
    /// Another file of an export of Dialogflow, that teaches nothing by itself.
    case dialogflowPart

    /// The form of a file; nil for any other JSON.
    init?(of json: JSON, file: String) {
        guard let members = json.object else { return nil }
        func has(_ key: String) -> Bool { members[key] != nil }
        if has("luis_schema_version") {
            self = .luis
        } else if has("utterances") {
            self = .wit
        } else if has("rasa_nlu_data") {
            self = .rasa
        } else if has("supportedLanguages") || has("version") && members.count == 1 {
            self = .dialogflowPart
        } else if has("responses") {
            self = .dialogflowIntent
        } else if has("isEnum") {
            self = .dialogflowEntity
        } else {
            return nil
        }
    }
}
