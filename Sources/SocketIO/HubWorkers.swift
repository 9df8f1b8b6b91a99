import Channels
import Dialogue
import ExactText
import JSON
import Logging
import NIOCore
import Redis
import System

/// How the workers of one server talk about sessions: each listens to a channel of Redis that bears its name, and all
/// to one more.
final class HubWorkers: @unchecked Sendable {
    // @unchecked: touched on the event loop only.

    private static let nameLength = 12
    /// What was told and has not reached Redis yet may have this many bytes; what is more is not told.
    private static let maxUnsent = 32 << 20
    /// How long a question may wait for its answer: one about a request that waits for packets, and one about packets
    /// that wait until there is room for their messages.
    enum Patience: Int64 {
        case packets = 50
        case room = 600
    }

    /// This worker's name.
    let name = String(RandomID.hex().prefix(nameLength))
    private let shared: ChannelContext.SharedRedis
    private let loop: any EventLoop
    private let logger = Logger(label: "parley.channel.socketio")
    private var subscription: RedisSubscription?
    /// Gets what other workers tell.
    private var received: (JSON) -> Void = { _ in }
    private var questions: [Int: (JSON?) -> Void] = [:]
    private var lastQuestion = 0
    private var unsent = 0

    init(_ shared: ChannelContext.SharedRedis, loop: any EventLoop) {
        self.shared = shared
        self.loop = loop
    }

    private var all: String { "\(shared.prefix.own)parley:socketio" }
    private func channel(_ worker: String) -> String { "\(all):\(worker)" }

    /// The worker that an id belongs to; nil where it is this one, or none.
    func worker(of id: String) -> String? {
        let worker = String(id.unicodeScalars.prefix(HubWorkers.nameLength))
        return worker.exact == name.exact || worker.utf8.count < HubWorkers.nameLength ? nil : worker
    }

    /// Begins to listen; returns when Redis has confirmed it, or after a while without Redis.
    func start(_ received: @escaping (JSON) -> Void) async {
        let started = loop.makePromise(of: Void.self)
        let timer = loop.scheduleTask(in: .seconds(5)) { started.succeed() }
        self.received = received
        subscription = RedisSubscription(
            shared.configuration, channels: [all, channel(name)], eventLoop: loop
        ) { [weak self] event in
            switch event {
            case .started: started.succeed()
            case .message(_, let payload): self?.take(payload)
            }
        }
        try? await started.futureResult.get()
        timer.cancel()
    }

    /// Stops to listen.
    func end() async {
        await subscription?.close()
    }

    private func take(_ payload: [UInt8]) {
        guard let note = try? JSON(parsing: payload), note["from"]?.string != name else { return }
        if note["kind"] == "answer" {
            if let question = note["question"]?.int { questions.removeValue(forKey: question)?(note["answer"]) }
        } else {
            received(note)
        }
    }

    // MARK: Telling

    /// Tells all other workers.
    func tellAll(_ note: JSON) {
        publish(note, all) { _ in }
    }

    /// Tells one worker.
    ///
    /// - Parameter heard: Told whether that worker listens.
    func tell(_ note: JSON, _ worker: String, heard: @escaping @Sendable (Bool) -> Void = { _ in }) {
        publish(note, channel(worker), heard)
    }

    /// Asks one worker; the answer is nil where none comes.
    func ask(
        _ question: JSON, _ worker: String, within patience: Patience, _ answer: @escaping @Sendable (JSON?) -> Void
    ) {
        lastQuestion += 1
        let number = lastQuestion
        let timer = loop.scheduleTask(in: .seconds(patience.rawValue)) { [weak self] in
            self?.questions.removeValue(forKey: number)?(nil)
        }
        questions[number] = { said in
            timer.cancel()
            answer(said)
        }
        tell(question.settingDefault("question", .int(number)), worker) { [weak self] heard in
            if !heard { self?.questions.removeValue(forKey: number)?(nil) }
        }
    }

    /// Answers another worker's question.
    func answer(_ question: JSON, _ answer: JSON) {
        guard let worker = question["from"]?.string, let number = question["question"] else { return }
        tell(["kind": "answer", "question": number, "answer": answer], worker)
    }

    private func publish(_ note: JSON, _ channel: String, _ heard: @escaping @Sendable (Bool) -> Void) {
        let text = note.settingDefault("from", .string(name)).text()
        let size = text.utf8.count
        guard unsent + size <= HubWorkers.maxUnsent else {
            logger.error("Other workers cannot be told: Redis does not take what is told fast enough")
            return heard(false)
        }
        unsent += size
        shared.client.submit(["PUBLISH", .text(channel), .text(text)]) { [weak self, logger] result in
            self?.unsent -= size
            switch result {
            case .success(let listeners): heard((listeners.int ?? 0) > 0)
            case .failure(let error):
                logger.error("Other workers cannot be told", metadata: ["error": "\(error)"])
                heard(false)
            }
        }
    }
}
