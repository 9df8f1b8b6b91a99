import Brokers
import Dialogue
import ExactText
import Glibc
import JSON
import Prefork
import Stores

/// Publishes conversations one after another, in the order of their names.
struct ConversationExport {
    struct Outcome: Sendable {
        var conversations = 0
        var events = 0
    }

    /// How many events are published before somebody may interrupt.
    private static let portion = 500

    private let selection: ExportSelection
    private let store: any TrackerStore
    private let broker: any EventBroker
    private let line: StatusLine
    private let isInterrupted: () -> Bool

    init(
        _ selection: ExportSelection, store: any TrackerStore, broker: any EventBroker, line: StatusLine,
        isInterrupted: @escaping () -> Bool
    ) {
        self.selection = selection
        self.store = store
        self.broker = broker
        self.line = line
        self.isInterrupted = isInterrupted
    }

    /// - Throws: ``BootFailure`` that says why, and how to go on where it is.
    func run() async throws(BootFailure) -> Outcome {
        let names = try await conversations()
        var outcome = Outcome()
        for (index, name) in names.enumerated() {
            line.show("\(StatusLine.bar(index, of: names.count)) conversations, \(outcome.events) events")
            let events = try await events(of: name)
            for start in stride(from: 0, to: events.count, by: Self.portion) {
                let portion = Array(events[start..<min(start + Self.portion, events.count)])
                let published = broker.publish(portion)
                outcome.events += published.confirmed
                if let failure = published.failure {
                    throw stopped("\(broker.name): \(failure)", at: name, outcome)
                }
                if isInterrupted() { throw stopped("interrupted", at: name, outcome) }
            }
            outcome.conversations += 1
        }
        return outcome
    }

    /// Those that are stored and asked for.
    private func conversations() async throws(BootFailure) -> [String] {
        let stored: [String]
        do {
            stored = try await store.conversations()
        } catch {
            throw ExportRun.failure("the tracker store: \(error)")
        }
        guard !stored.isEmpty else { throw ExportRun.failure("the tracker store has no conversations") }
        var chosen = Set<ExactString>(stored)
        if let ids = selection.conversationIds, !ids.isEmpty {
            let asked = Set(ids.exact.split(separator: ",").map(\.exact))
            let missing = asked.subtracting(chosen).sorted()
            if !missing.isEmpty {
                Output.write(
                    "warning: the tracker store does not have \(missing.map(\.string).joined(separator: ", "))\n",
                    to: STDERR_FILENO)
            }
            chosen.formIntersection(asked)
            guard !chosen.isEmpty else {
                throw ExportRun.failure("the tracker store has none of the conversations of --conversation-ids")
            }
        }
        return chosen.sorted().filter { $0 >= (selection.continueFrom ?? "").exact }.map(\.string)
    }

    /// The events of a conversation in the form that Rasa exports: by time, the conversation's name last.
    private func events(of conversation: String) async throws(BootFailure) -> [OutgoingEvent] {
        let stored: [Event]
        do {
            stored = try await store.load(conversation)?.events ?? []
        } catch {
            throw ExportRun.failure("the conversation '\(conversation)' cannot be read: \(error)")
        }
        // Equal times keep their order.
        let sorted = stored.enumerated().sorted {
            ($0.element.timestamp, $0.offset) < ($1.element.timestamp, $1.offset)
        }
        return sorted.compactMap { offset, event in
            guard event.timestamp >= selection.minimumTimestamp ?? -.infinity,
                event.timestamp < selection.maximumTimestamp ?? .infinity
            else { return nil }
            var moved = event
            moved.timestamp += Double(selection.offsetTimestampsBySeconds ?? 0)
            var body = moved.json.object ?? [:]
            body["sender_id"] = .string(conversation)
            return OutgoingEvent(
                id: "\(conversation)-\(offset)", conversation: conversation, body: JSON.object(body).encoded(.python))
        }
    }

    private func stopped(_ reason: String, at conversation: String, _ outcome: Outcome) -> BootFailure {
        var words = ["parley", "export", "--endpoints", selection.endpoints]
        func add(_ flag: String, _ value: (some CustomStringConvertible)?) {
            if let value { words += [flag, value.description] }
        }
        add("--minimum-timestamp", selection.minimumTimestamp)
        add("--maximum-timestamp", selection.maximumTimestamp)
        add("--offset-timestamps-by-seconds", selection.offsetTimestampsBySeconds)
        add("--conversation-ids", selection.conversationIds)
        add("--continue-from", conversation)
        let command = words.map(Self.quoted).joined(separator: " ")
        return ExportRun.failure(
            "\(reason); \(outcome.events) events are published. Continue with:\n\n    \(command)\n")
    }

    /// A word as a shell takes it.
    private static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
                || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || "-_./=,".utf8.contains(byte)
        }
        return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
    }
}
