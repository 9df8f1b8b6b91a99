package import Dialogue
import ExactText
package import JSON

extension DomainReader {
    /// Adds what the training data say about the domain: retrieval intents with their actions, responses that stand
    /// beside the examples, and texts that stories have the assistant say.
    static func complete(
        _ domain: JSONObject, with data: UnderstandingData, texts: Set<ExactString>
    ) throws(TrainingError) -> JSONObject {
        var result = domain
        let retrieval = data.retrievalIntents.pythonSorted
        if !retrieval.isEmpty || !data.responses.isEmpty {
            let known = try model(finished(domain))
            let intents = retrieval.map { name -> JSON in
                var properties: JSONObject = [:]
                // Rasa reads the domain again from here, and with it forgets which entities the intent listed.
                if let intent = known.intents[name] {
                    properties["used_entities"] = .array(intent.usedEntities.pythonSorted.map(JSON.string))
                }
                properties["is_retrieval_intent"] = true
                return [name: .object(properties)]
            }
            let addition: JSONObject = [
                "intents": .array(intents), "responses": .object(data.responses),
                "actions": .array(retrieval.map { .string("utter_\($0)") }),
            ]
            result = merge(addition, into: result, overriding: true)
        }
        if !texts.isEmpty {
            result = merge(["e2e_actions": .array(texts.pythonSorted.map(JSON.string))], into: result)
        }
        return finished(result)
    }

    /// The domain as policies know it.
    package static func model(_ domain: JSONObject) throws(TrainingError) -> Domain {
        do throws(DomainError) {
            return try Domain(json: .object(domain))
        } catch {
            throw TrainingError(.badDomain, error.description)
        }
    }
}
