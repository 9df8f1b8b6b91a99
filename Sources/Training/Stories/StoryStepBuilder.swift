package import Dialogue
import ExactText
package import JSON
import OrderedCollections
package import YAML

/// Cuts one story or rule into steps.
package struct StoryStepBuilder {
    package let name: String
    package let place: SourcePlace
    package let isRule: Bool
    private var finished: [StoryStep] = []
    private var current: [StoryStep] = []
    private var starts: [Checkpoint] = []
    /// How many steps were made before and by this builder.
    package private(set) var made: Int

    package init(name: String, place: SourcePlace, isRule: Bool, made: Int) {
        self.name = name
        self.place = place
        self.isRule = isRule
        self.made = made
    }

    package var steps: [StoryStep] { finished + current }

    /// Before the first event a checkpoint is where the story begins, later where one step ends and the next begins.
    ///
    /// - Returns: false where conditions were given that have no meaning there.
    package mutating func add(checkpoint: String, _ conditions: JSONObject) -> Bool {
        guard !current.isEmpty else {
            starts.append(Checkpoint(name: checkpoint.exact, conditions: conditions))
            return true
        }
        var additional: [StoryStep] = []
        for index in current.indices {
            if current[index].ends.isEmpty {
                current[index].ends = [Checkpoint(name: checkpoint.exact)]
            } else {
                var copy = copy(of: current[index])
                copy.ends = [Checkpoint(name: checkpoint.exact)]
                additional.append(copy)
            }
        }
        current += additional
        return conditions.isEmpty
    }

    package mutating func add(_ event: Event.Body) {
        goOn()
        for index in current.indices { current[index].events.append(event) }
    }

    /// Adds events of which any one may happen; the steps part here and meet again right after.
    package mutating func add(oneOf events: [Event.Body]) {
        guard events.count != 1 else { return add(events[0]) }
        goOn()
        let meeting = meetingPlace(events)
        var parted: [StoryStep] = []
        for step in current {
            for event in events {
                var copy = copy(of: step)
                copy.events.append(event)
                copy.ends = [Checkpoint(name: meeting.exact)]
                parted.append(copy)
            }
        }
        current = parted
    }

    private mutating func goOn() {
        finished += current.filter { !$0.ends.isEmpty }
        let open = current.filter(\.ends.isEmpty)
        guard open.isEmpty else {
            current = open
            return
        }
        var starts = self.starts
        if !current.isEmpty {
            starts = OrderedSet(current.flatMap(\.ends).map(\.name)).map { Checkpoint(name: $0) }
        }
        if starts.isEmpty { starts = [Checkpoint(name: Checkpoint.start)] }
        made += 1
        current = [StoryStep(number: made, name: name, place: place, isRule: isRule, starts: starts)]
    }

    private mutating func copy(of step: StoryStep) -> StoryStep {
        made += 1
        var copy = step
        copy.number = made
        return copy
    }

    /// A name that says where in which story the steps meet, so that equal places are one.
    private func meetingPlace(_ events: [Event.Body]) -> String {
        func text(_ event: Event.Body) -> String { Event(event, timestamp: 0).json.text(.pythonSorted) }
        let before = current.flatMap(\.events).map(text).joined(separator: "@@@")
        let starts = Set(current.flatMap(\.starts).map(\.name)).sorted().map(\.string).joined(separator: "@@@")
        let choice = events.map(text).sortedByCodePoints().joined(separator: "@@@")
        return StoryGraph.generatedPrefix + "OR_\(name)_<>_\(before)_<>_\(starts)_<>_\(choice)"
    }
}
