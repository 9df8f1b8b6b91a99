import CParleySystem
package import System

/// A page range that the supervisor and all workers share: every worker writes its own slot, anyone reads all.
///
/// Counters only grow: a worker that takes a dead one's place goes on with its counters, so that the sums over all
/// slots and a base slot never fall, whoever reads them when. Gauges speak of the living.
package final class Scoreboard: @unchecked Sendable {
    // Shared between threads and processes; every access is atomic, one word at a time.
    private let words: UnsafeMutablePointer<UInt64>

    package let capacity: Int
    /// Requests by method and route; the kinds are classes of statuses.
    package let requests: HistogramBoard
    /// Turns; the kinds are how they end.
    package let turns: HistogramBoard

    /// A scoreboard for so many workers; must be made before the first fork.
    ///
    /// - Parameter used: How many places are looked at, until ``use(_:)`` says more; nil for all. Few of many places are
    ///   ever used, and workers look at all those often.
    package init(capacity: Int, used: Int? = nil) throws(SystemError) {
        let size = (capacity + 1) * Self.wordsPerSlot * MemoryLayout<UInt64>.stride
        requests = try HistogramBoard(capacity: capacity, maxSeries: Self.maxRoutes)
        turns = try HistogramBoard(capacity: capacity, maxSeries: 1)
        guard let memory = parley_map_shared(size) else { throw SystemError("mmap") }
        self.capacity = capacity
        words = memory.bindMemory(to: UInt64.self, capacity: size / MemoryLayout<UInt64>.stride)
        parley_store(words + Self.usedWord, UInt64(clamping: min(capacity, used ?? capacity)))
        set(.generation, to: 1)
    }

    deinit {
        parley_unmap(words, (capacity + 1) * Self.wordsPerSlot * MemoryLayout<UInt64>.stride)
    }

    package enum Counter: Int, CaseIterable, Sendable {
        case requests
        case connectionsAccepted
        /// Models that were asked for, or looked for, and are not used.
        case modelsRefused
        /// Models that took another's place.
        case modelsSwapped
        /// Workers that ended unasked.
        case workersRestarted
        /// Times that a worker's loop was late by more than 20, 50, 250 and 1000 milliseconds.
        case lagOver20
        case lagOver50
        case lagOver250
        case lagOver1000
        /// Times that a worker's loop was looked at, and by how many microseconds it was late in all.
        case lagSamples
        case lagMicroseconds
        case leasesLost
        case lateWritersRefused
        case eventsPublished
        /// Events that the broker will never take.
        case eventsRefused
        case logLinesDropped
    }

    package enum Gauge: Int, CaseIterable, Sendable {
        /// 1 while the worker accepts connections.
        case serving
        case connections
        case requestsInFlight
        /// ``Moment/milliseconds`` of the last sign of life.
        case heartbeat
        case trainings
        /// The most microseconds by which the worker's loop was late.
        case worstLag
        /// 1 while the worker knows that a store is away.
        case lockStoreAway
        case trackerStoreAway
        /// Events in all outboxes of the directory, from the worker that publishes.
        case eventsWaiting
    }

    /// What is said of the server as a whole, by its supervisor.
    package enum Fact: Int, CaseIterable, Sendable {
        /// How often the workers were replaced by a new set, and one.
        case generation
        /// Seconds since 1970 when the model in use was loaded; 0 for none.
        case modelLoadedAt
        case startedAt
    }

    package struct Slot: Sendable {
        private let scoreboard: Scoreboard
        private let first: Int

        init(scoreboard: Scoreboard, first: Int) {
            self.scoreboard = scoreboard
            self.first = first
        }

        package func add(_ amount: Int = 1, to counter: Counter) {
            parley_add(word(Scoreboard.gaugeWords + counter.rawValue), UInt64(clamping: amount))
        }

        package func value(of counter: Counter) -> Int {
            Int(clamping: parley_load(word(Scoreboard.gaugeWords + counter.rawValue)))
        }

        package func value(of gauge: Gauge) -> Int {
            Int(truncatingIfNeeded: parley_load(word(gauge.rawValue)))
        }

        package func set(_ gauge: Gauge, to value: Int) {
            parley_store(word(gauge.rawValue), UInt64(truncatingIfNeeded: value))
        }

        package func change(_ gauge: Gauge, by amount: Int) {
            parley_add(word(gauge.rawValue), UInt64(bitPattern: Int64(amount)))
        }

        /// Counts how late the worker's loop was. From the worker itself only.
        package func note(lagMicroseconds lag: Int) {
            add(to: .lagSamples)
            add(max(0, lag), to: .lagMicroseconds)
            if lag > value(of: Gauge.worstLag) { set(.worstLag, to: lag) }
            guard lag > 20_000 else { return }
            add(to: .lagOver20)
            if lag > 50_000 { add(to: .lagOver50) }
            if lag > 250_000 { add(to: .lagOver250) }
            if lag > 1_000_000 { add(to: .lagOver1000) }
        }

        /// Says that the worker is alive.
        package func heartbeat(at instant: MonotonicInstant) {
            parley_store(word(Gauge.heartbeat.rawValue), instant.milliseconds)
        }

        /// When the worker last was alive.
        package var lastHeartbeat: MonotonicInstant {
            MonotonicInstant(milliseconds: parley_load(word(Gauge.heartbeat.rawValue)))
        }

        private func word(_ index: Int) -> UnsafeMutablePointer<UInt64> {
            scoreboard.words + first + index
        }
    }

    /// The part of the worker in a slot.
    ///
    /// - Parameter index: From 0 to ``capacity``, not included.
    package func slot(_ index: Int) -> Slot {
        precondition(index >= 0 && index < capacity, "no such slot in the scoreboard")
        return Slot(scoreboard: self, first: (index + 1) * Self.wordsPerSlot)
    }

    /// A counter over all workers, dead ones included.
    package func total(of counter: Counter) -> Int {
        (0..<used).reduce(base.value(of: counter)) { $0.addingSaturating(slot($1).value(of: counter)) }
    }

    package func total(of gauge: Gauge) -> Int {
        (0..<used).reduce(0) { $0.addingSaturating(slot($1).value(of: gauge)) }
    }

    /// The largest value of a gauge.
    package func maximum(of gauge: Gauge) -> Int {
        (0..<used).reduce(0) { max($0, slot($1).value(of: gauge)) }
    }

    package func value(of fact: Fact) -> Int { Int(clamping: parley_load(words + fact.rawValue)) }

    /// The connections of each worker that serves and has shown a sign of life since `instant`.
    ///
    /// Each word is read once: workers die and are cleared meanwhile, so a second look may find something else.
    package func connectionsOfServing(since instant: MonotonicInstant) -> [FairShare.Count] {
        var counts: [FairShare.Count] = []
        let used = used
        counts.reserveCapacity(used)
        for index in 0..<used {
            let slot = slot(index)
            guard slot.value(of: Gauge.serving) == 1, slot.lastHeartbeat >= instant else { continue }
            counts.append(
                FairShare.Count(
                    slot: index, connections: slot.value(of: Gauge.connections),
                    accepted: slot.value(of: Counter.connectionsAccepted)))
        }
        return counts
    }

    /// Has a place looked at from now on. Only the supervisor does this.
    func use(_ index: Int) {
        if index >= used { parley_store(words + Self.usedWord, UInt64(clamping: min(capacity, index + 1))) }
    }

    /// How many places were ever used.
    package var used: Int { min(capacity, Int(clamping: parley_load(words + Self.usedWord))) }

    /// Clears a dead worker's gauges. Only the supervisor does this.
    func clearGauges(of index: Int) {
        let slot = slot(index)
        for gauge in Gauge.allCases { slot.set(gauge, to: 0) }
    }

    /// Counts what happened to no worker. Only the supervisor does this.
    func count(_ counter: Counter) { base.add(to: counter) }

    /// Says something of the server as a whole. Only the supervisor does this.
    func set(_ fact: Fact, to value: Int) { parley_store(words + fact.rawValue, UInt64(clamping: value)) }

    private var base: Slot { Slot(scoreboard: self, first: 0) }

    /// The gauges come first in a slot, with room for more.
    private static let gaugeWords = 16
    /// The last of them, in the base, whose first are the facts.
    private static let usedWord = 15
    /// Whole cache lines, so that no two workers write to the same one.
    private static let wordsPerSlot = 40
    /// How many routes there may be; those beyond are counted together.
    private static let maxRoutes = 128
}
