package import JSON
import TextFeatures

/// What messages of stories in the short form `/intent{"entity": "value"}` say.
package enum TrainingShortForm {
    /// The entities; nil for a text in another form.
    package static func entities(of text: String) -> [JSON]? {
        ShortFormHandler(intents: nil, entities: nil).parse(MessageText(text))?.entities.map { match in
            [
                "entity": .string(match.entity), "start": .int(match.start), "end": .int(match.end),
                "value": match.value,
            ]
        }
    }
}
