import Dialogue
import ExactText
import Logging
import Synchronization
import System
import WebTokens

/// A public key of a platform, and what the platform says about it.
struct PlatformKey: Sendable {
    let verifier: TokenVerifier
    /// For whom alone the key may sign; nil where the platform does not say it.
    var endorsements: [String]?
}

/// The public keys of a platform that signs its requests with web tokens: fetched when they are needed, anew each day,
/// and when a token names one that is not among them. While the platform does not respond the old ones stay in use.
final class PlatformKeys: Sendable {
    /// What signs tokens, by the `kid` of the key.
    typealias Keys = [ExactString: PlatformKey]

    /// What there is for a key's name.
    enum Found {
        case key(PlatformKey)
        /// The platform has no such key.
        case unknown
        /// The platform has told no keys at all.
        case unavailable
    }

    private struct State {
        var keys: Keys?
        var freshUntil = 0.0
        /// When the platform was asked, lately.
        var questions: [Double] = []
        var question: Task<Bool, Never>?
    }

    private static let day = 86_400.0
    /// Tokens with made-up keys must not make the server ask all the time: so many questions in so many seconds.
    private static let maxQuestions = 5
    private static let period = 300.0

    private let work: BackgroundWork
    private let fetch: @Sendable () async -> Keys?
    private let now: @Sendable () -> Double
    private let state = Mutex(State())

    /// - Parameters:
    ///   - work: Runs the questions.
    ///   - now: Seconds since 1970.
    ///   - fetch: Asks the platform; nil where it does not respond.
    init(
        _ work: BackgroundWork, now: @escaping @Sendable () -> Double = { WallClock.now() },
        fetch: @escaping @Sendable () async -> Keys?
    ) {
        self.work = work
        self.now = now
        self.fetch = fetch
    }

    func key(_ name: String) async -> Found {
        let (keys, isFresh) = state.withLock { ($0.keys, $0.freshUntil > now()) }
        if !isFresh || keys?[name] == nil { await renew() }
        guard let keys = state.withLock({ $0.keys }) else { return .unavailable }
        return keys[name].map { .key($0) } ?? .unknown
    }

    /// Asks the platform, unless it was asked often lately. Who comes during a question waits for its response.
    ///
    /// - Returns: Whether it told its keys.
    @discardableResult
    func renew() async -> Bool {
        let question = state.withLock { state -> Task<Bool, Never>? in
            if let running = state.question { return running }
            let time = now()
            state.questions.removeAll { $0 <= time - PlatformKeys.period }
            guard state.questions.count < PlatformKeys.maxQuestions else { return nil }
            state.questions.append(time)
            let question = Task(executorPreference: work.executor) { await self.ask() }
            state.question = question
            return question
        }
        return await question?.value ?? false
    }

    private func ask() async -> Bool {
        let keys = await fetch()
        state.withLock { state in
            state.question = nil
            guard let keys else { return }
            state.keys = keys
            state.freshUntil = now() + PlatformKeys.day
        }
        return keys != nil
    }
}
