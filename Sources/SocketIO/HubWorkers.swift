import Channels
import Cryptography
import Dialogue
import Encodings
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
    /// How long a question may wait for its response: one about a request that waits for packets, and one about packets
    /// that wait until there is room for their messages.
    enum Patience: Int64 {
        case packets = 50
        case room = 600
    }

    /// What becomes of a question.
    enum Reply: Sendable {
        case response(JSON)
        /// The worker that was asked is not there, and has done nothing about it.
        case unheard
        /// The worker that was asked has died, and nobody knows what it has done.
        case died
        /// Nobody knows what that worker has done.
        case unknown
    }

    let name: String
    let mailbox: HubMailbox
    private let shared: ChannelContext.SharedRedis
    private let loop: any EventLoop
    private let logger = Logger(label: "parley.channel.socketio")
    private var subscription: RedisSubscription?
    /// Gets what other workers tell.
    private var received: (JSON) -> Void = { _ in }
    /// Told of workers that are there no more.
    private var gone: (String) -> Void = { _ in }
    private var questions: [Int: (worker: String, completed: (Reply) -> Void)] = [:]
    private var lastQuestion = 0
    private var unsent = 0
    private var refresher: RepeatedTask?
    /// Whether this worker has told the others that it is gone.
    private var hasEnded = false

    init(_ shared: ChannelContext.SharedRedis, loop: any EventLoop) {
        self.shared = shared
        self.loop = loop
        name = Self.name(of: shared.owner)
        mailbox = HubMailbox(shared)
    }

    /// The name of the worker that holds leases under this one.
    private static func name(of owner: String) -> String {
        String(Hexadecimal.text(Digest.sha1.of(Array(owner.utf8))).prefix(nameLength))
    }

    private var all: String { "\(shared.prefix.own)parley:socketio" }
    private func channel(_ worker: String) -> String { "\(all):\(worker)" }

    /// The worker that an id belongs to; nil where it is this one, or none.
    func worker(of id: String) -> String? {
        let worker = String(id.unicodeScalars.prefix(HubWorkers.nameLength))
        return worker.exact == name.exact || worker.utf8.count < HubWorkers.nameLength ? nil : worker
    }

    /// Begins to listen; returns when Redis has confirmed it, or after a while without Redis.
    ///
    /// - Parameters:
    ///   - received: Gets what other workers tell.
    ///   - gone: Told of workers that are there no more.
    func start(_ received: @escaping (JSON) -> Void, gone: @escaping (String) -> Void) async {
        let started = loop.makePromise(of: Void.self)
        let timer = loop.scheduleTask(in: .seconds(5)) { started.succeed() }
        self.received = received
        self.gone = gone
        subscription = RedisSubscription(
            shared.configuration, channels: [all, channel(name)], eventLoop: loop
        ) { [weak self] event in
            switch event {
            case .started: started.succeed()
            case .message(_, let payload): self?.take(payload)
            }
        }
        let pause = TimeAmount.seconds(HubMailbox.refreshSeconds)
        refresher = loop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { [mailbox, name] _ in
            mailbox.refresh(name)
        }
        try? await started.futureResult.get()
        timer.cancel()
    }

    /// Ends, and tells the others so: what they have asked and this worker has not answered, it has not done.
    func end() async {
        let told = loop.makePromise(of: Void.self)
        loop.execute { [self] in
            guard !hasEnded else { return told.succeed() }
            publish(["kind": "gone", "worker": .string(name), "isWhole": true], all) { _ in told.succeed() }
            refresher?.cancel()
            mailbox.noteEnd(of: name)
            hasEnded = true
        }
        try? await told.futureResult.get()
        await subscription?.close()
    }

    /// A worker of this server has died: whoever waits for its responses hears of it, in all workers.
    func died(owner: String) {
        let worker = Self.name(of: owner)
        tellAll(["kind": "gone", "worker": .string(worker)])
        mailbox.noteEnd(of: worker)
        forget(worker, .died)
    }

    private func take(_ payload: [UInt8]) {
        guard !hasEnded, let note = try? JSON(parsing: payload), note["from"]?.string != name else { return }
        switch note["kind"]?.string {
        case "answer":
            if let question = note["question"]?.int {
                questions.removeValue(forKey: question)?.completed(note["answer"].map(Reply.response) ?? .unknown)
            }
        case "gone":
            if let worker = note["worker"]?.string { forget(worker, note["isWhole"] == true ? .unheard : .died) }
        default: received(note)
        }
    }

    private func forget(_ worker: String, _ reply: Reply) {
        for (number, question) in questions where question.worker.exact == worker.exact {
            questions[number] = nil
            question.completed(reply)
        }
        gone(worker)
    }

    // MARK: Telling

    func tellAll(_ note: JSON) { publish(note, all) { _ in } }

    /// Tells one worker.
    ///
    /// - Parameter heard: Told whether that worker listens.
    func tell(_ note: JSON, _ worker: String, heard: @escaping @Sendable (Bool) -> Void = { _ in }) {
        publish(note, channel(worker), heard)
    }

    /// Asks one worker.
    func ask(
        _ question: JSON, _ worker: String, within patience: Patience, _ completed: @escaping @Sendable (Reply) -> Void
    ) {
        lastQuestion += 1
        let number = lastQuestion
        let timer = loop.scheduleTask(in: .seconds(patience.rawValue)) { [weak self] in
            self?.questions.removeValue(forKey: number)?.completed(.unknown)
        }
        questions[number] = (
            worker,
            { reply in
                timer.cancel()
                completed(reply)
            }
        )
        tell(question.settingDefault("question", .int(number)), worker) { [weak self] heard in
            if !heard { self?.questions.removeValue(forKey: number)?.completed(.unheard) }
        }
    }

    func respond(_ question: JSON, _ response: JSON) {
        guard let worker = question["from"]?.string, let number = question["question"] else { return }
        tell(["kind": "answer", "question": number, "answer": response], worker)
    }

    private func publish(_ note: JSON, _ channel: String, _ heard: @escaping @Sendable (Bool) -> Void) {
        guard !hasEnded else { return heard(false) }
        let text = note.settingDefault("from", .string(name)).text()
        let size = text.utf8.count
        guard unsent + size <= HubWorkers.maxUnsent else {
            logger.error("Other workers cannot be notified: Redis does not accept notifications fast enough")
            return heard(false)
        }
        unsent += size
        shared.client.submit(["PUBLISH", .text(channel), .text(text)]) { [weak self, logger] result in
            self?.unsent -= size
            switch result {
            case .success(let listeners): heard((listeners.int ?? 0) > 0)
            case .failure(let error):
                logger.error("Other workers cannot be notified", metadata: ["error": "\(error)"])
                heard(false)
            }
        }
    }
}
