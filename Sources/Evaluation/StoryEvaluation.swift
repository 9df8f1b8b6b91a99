import Dialogue
import ExactText
package import JSON
import NLU
import OrderedCollections
import Policies
import Training

/// Plays stories and compares what the model does with what they tell.
package struct StoryEvaluation {
    private let domain: Domain
    private let ensemble: PolicyEnsemble
    private let interpreter: Interpreter
    /// Whether messages are understood anew from their texts.
    private let isEndToEnd: Bool

    /// Of the story that is played.
    private var memory: PolicyCache
    private var actionTargets: [String] = []
    private var actionPredictions: [String] = []
    private var intentTargets: [String] = []
    private var intentPredictions: [String] = []
    private var entities = AlignedEntities()
    private var actions: [JSON] = []
    /// The stories that were played, in their order.
    package private(set) var stories: [PlayedStory] = []
    /// What was wrong in the story that is played, by the number of the event; a comment for each.
    private var faults: [Int: String] = [:]
    private var isUnlikely = false

    init(domain: Domain, ensemble: PolicyEnsemble, interpreter: Interpreter, isEndToEnd: Bool) {
        self.domain = domain
        self.ensemble = ensemble
        self.interpreter = interpreter
        self.isEndToEnd = isEndToEnd
        memory = ensemble.newMemory()
    }

    mutating func play(_ story: TrainingTracker) throws {
        memory = ensemble.newMemory()
        faults = [:]
        isUnlikely = false
        var entitiesDiffer = false
        let events = story.tracker.events
        var tracker = Tracker(conversation: story.name, slots: domain.slotDefinitions, events: events.prefix(1))
        for event in events.dropFirst() {
            if let action = event.action {
                try play(action, &tracker)
            } else if isEndToEnd, let message = event.user {
                if try !receive(message, &tracker) { entitiesDiffer = true }
            } else {
                tracker.update(event)
            }
        }
        stories.append(
            PlayedStory(
                name: story.name, events: Array(tracker.events), faults: faults,
                isRight: faults.isEmpty && !entitiesDiffer, isUnlikely: isUnlikely))
    }

    private mutating func play(_ action: ActionExecuted, _ tracker: inout Tracker) throws {
        let expected = action.reference.nameOrText
        var (name, prediction) = try predict(&tracker, expected)
        let wasUnlikely = name == DefaultAction.unlikelyIntent && name.exact != expected.exact
        if wasUnlikely {
            isUnlikely = true
            tracker.update(executed(DefaultAction.unlikelyIntent, prediction))
            (name, prediction) = try predict(&tracker, expected)
        }
        actionTargets.append(expected)
        actionPredictions.append(name)
        if name.exact != expected.exact {
            faults[tracker.events.count] =
                "predicted: \(name)" + (wasUnlikely ? " after \(DefaultAction.unlikelyIntent)" : "")
        }
        actions.append([
            "action": .string(expected), "predicted": .string(name), "policy": .text(prediction.policyName),
            "confidence": .double(prediction.confidence),
        ])
        if name.exact == expected.exact || action.name != nil {
            tracker.update(executed(expected, prediction, text: action.name == nil ? expected : nil))
        } else {
            tracker.update(Event(.action(action)))
        }
    }

    private func executed(_ name: String, _ prediction: Prediction, text: String? = nil) -> Event {
        Event(
            .action(
                ActionExecuted(
                    name: text == nil ? name : nil, policy: prediction.policyName, confidence: prediction.confidence,
                    actionText: text)))
    }

    /// What the model would do; where it would go on with a form and the story does not, as if the form had declined.
    private func predict(_ tracker: inout Tracker, _ expected: String) throws -> (String, Prediction) {
        var prediction = try next(&tracker)
        var name = name(of: prediction, tracker, expected)
        if prediction.policyName != nil, name.exact != expected.exact, domain.forms[name] != nil,
            tracker.activeLoop?.name.exact == name.exact
        {
            tracker.update(Event(.actionExecutionRejected(ActionExecutionRejected(name: name))))
            prediction = try next(&tracker)
            name = self.name(of: prediction, tracker, expected)
        }
        return (name, prediction)
    }

    private func next(_ tracker: inout Tracker) throws -> Prediction {
        let prediction = try ensemble.predict(tracker, memory: memory)
        _ = tracker.takeFollowupAction()
        return prediction
    }

    private func name(of prediction: Prediction, _ tracker: Tracker, _ expected: String) -> String {
        guard let index = prediction.actionIndex else { return "" }
        let name = domain.actionNames[index]
        guard name.exact != expected.exact, let intent = name.exact.removingPrefix("utter_").map(String.init),
            domain.isRetrievalIntent(intent)
        else {
            return name
        }
        let selection = tracker.latestMessage.parseData["response_selector"]
        let choice = selection?[intent] ?? selection?["default"]
        return choice?["response"]?["intent_response_key"]?.string.map { "utter_\($0)" } ?? name
    }

    /// - Returns: Whether the entities are those of the story.
    private mutating func receive(_ message: UserUttered, _ tracker: inout Tracker) throws -> Bool {
        var understood = message.parseData
        if let text = message.text, !text.isEmpty { understood = try interpreter.parse(text).json() }
        let target = message.fullRetrievalIntentName ?? message.intentName ?? ""
        var predicted = understood["intent"]?["name"]?.string
        if predicted?.exact != target.exact { predicted = Self.fullName(predicted, understood) }
        let found = understood["entities"]?.array ?? []
        intentTargets.append(target)
        intentPredictions.append(predicted ?? "")
        entities.add(message.text ?? "", targets: message.entities, found: found)
        if (predicted ?? "").exact != target.exact {
            let annotated = AnnotatedText.annotate(message.text ?? "", with: found)
            faults[tracker.events.count] = "predicted: \(predicted ?? "None"): \(annotated)"
        }
        var data = message.parseData.object ?? [:]
        let entitiesAgree = Set(message.entities.map(Self.plain)) == Set(found.map(Self.plain))
        if (predicted ?? "").exact == target.exact, entitiesAgree {
            if let selection = understood["response_selector"] { data["response_selector"] = selection }
        } else {
            // The story goes on as it is told, but as Rasa tells it then: by the full name of the intent, which
            // policies do not know, and by entities without their roles.
            data["intent"] = ["name": .string(target)]
            data["entities"] = .array(message.entities.map(Self.plain))
        }
        tracker.update(Event(.user(UserUttered(text: message.text, parseData: data))))
        return entitiesAgree
    }

    private static func plain(_ entity: JSON) -> JSON {
        var members: JSONObject = [:]
        for key in ["start", "end", "entity", "value"] { members[key] = entity[key] }
        if entity["extractor"] != nil {
            members["value"] = members["value"].map { .string($0.string ?? $0.text(.python)) }
        }
        return .object(members)
    }

    private static func fullName(_ intent: String?, _ understood: JSON) -> String? {
        let selection = understood["response_selector"]
        guard let intent, selection?["all_retrieval_intents"]?.array?.contains(.string(intent)) == true else {
            return intent
        }
        let choice = selection?["default"] ?? selection?[intent]
        return choice?["response"]?["intent_response_key"]?.string ?? intent
    }

    /// The actions of the stories, and what the model would have done.
    package var predictions: (targets: [String], predictions: [String]) { (actionTargets, actionPredictions) }

    /// Actions, intents and entities together.
    var report: ClassificationReport {
        let aligned = entities.aligned
        return ClassificationReport(
            targets: actionTargets + intentTargets + aligned.targets,
            predictions: actionPredictions + intentPredictions + aligned.predictions, tellsConfusion: false)
    }

    /// The report of `/model/test/stories`.
    package var json: JSON {
        let report = report
        return [
            "report": report.json, "precision": .double(report.precision), "f1": .double(report.f1),
            "accuracy": .double(report.accuracy), "actions": .array(actions),
            // Rasa looks for policies by names that they no longer have, and so finds none that knows the story.
            "in_training_data_fraction": actions.isEmpty ? 0 : 0.0,
            "is_end_to_end_evaluation": .bool(isEndToEnd),
        ]
    }
}

/// Right and found entities of messages, side by side.
struct AlignedEntities {
    private var targets: OrderedDictionary<ExactString, [JSON]> = [:]
    private var found: OrderedDictionary<ExactString, [JSON]> = [:]

    mutating func add(_ text: String, targets: [JSON], found: [JSON]) {
        self.targets[text, default: []] += targets
        self.found[text, default: []] += found
    }

    /// Pairs of annotations, `None` where one side has nothing.
    var aligned: (targets: [String], predictions: [String]) {
        var (left, right): ([String], [String]) = ([], [])
        for text in Set<ExactString>(targets.keys).union(found.keys).pythonSorted {
            var targets = Self.sorted(targets[text] ?? [])
            var found = Self.sorted(found[text] ?? [])
            while !targets.isEmpty || !found.isEmpty {
                let order = Self.order(found.first, targets.first)
                left.append(order >= 0 ? Self.annotation(targets.removeFirst(), text) : "None")
                right.append(order <= 0 ? Self.annotation(found.removeFirst(), text) : "None")
            }
        }
        return (left, right)
    }

    private static func sorted(_ entities: [JSON]) -> ArraySlice<JSON> {
        entities.filter { $0["start"]?.int != nil }.sorted { ($0["start"]?.int ?? 0) < ($1["start"]?.int ?? 0) }[...]
    }

    /// Below zero where the found one comes first, above where the right one does.
    private static func order(_ found: JSON?, _ target: JSON?) -> Int {
        guard let found else { return 1 }
        guard let target else { return -1 }
        func place(_ entity: JSON) -> (Int, Int) { (entity["start"]?.int ?? 0, entity["end"]?.int ?? 0) }
        return place(found) < place(target) ? -1 : place(target) < place(found) ? 1 : 0
    }

    private static func annotation(_ entity: JSON, _ text: String) -> String {
        let (start, end) = (entity["start"]?.int ?? 0, entity["end"]?.int ?? 0)
        let surface = text.slice(start, end)
        let name = entity["entity"]?.string ?? ""
        let value = entity["value"].flatMap { $0.string ?? ($0.isNull ? nil : $0.text()) }
        guard let value, !value.isEmpty, value.exact != surface.exact else { return "[\(surface)](\(name))" }
        let members: JSON = ["entity": .string(name), "value": .string(value)]
        return "[\(surface)]\(members.text(.python))"
    }
}
