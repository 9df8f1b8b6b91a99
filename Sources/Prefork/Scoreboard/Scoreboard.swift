import CParleySystem
package import System

/// A page range that the supervisor and all workers share: every worker writes its own slot, anyone reads all.
///
/// Counters only grow: a worker that takes a dead one's place goes on with its counters, so that the sums over all
/// slots and a base slot never fall, whoever reads them when. Gauges speak of the living.
package final class Scoreboard: @unchecked Sendable {
    // Shared between threads and processes; every access is atomic, one word at a time.
    private let words: UnsafeMutablePointer<UInt64>

    /// How many workers have a place.
    package let capacity: Int

    /// A scoreboard for so many workers; must be made before the first fork.
    package init(capacity: Int) throws(SystemError) {
        let size = (capacity + 1) * Self.wordsPerSlot * MemoryLayout<UInt64>.stride
        guard let memory = parley_map_shared(size) else { throw SystemError("mmap") }
        self.capacity = capacity
        words = memory.bindMemory(to: UInt64.self, capacity: size / MemoryLayout<UInt64>.stride)
    }

    deinit {
        parley_unmap(words, (capacity + 1) * Self.wordsPerSlot * MemoryLayout<UInt64>.stride)
    }

    /// What counts up for ever.
    package enum Counter: Int, CaseIterable, Sendable {
        /// HTTP requests answered.
        case requests
        /// Connections accepted.
        case connectionsAccepted
        /// Turns that ended with an answer.
        case turns
        /// Models that were asked for, or looked for, and are not served.
        case modelsRefused
        /// Times that a worker's loop was late by more than 20, 50, 250 and 1000 milliseconds.
        case lagOver20
        case lagOver50
        case lagOver250
        case lagOver1000
    }

    /// What goes up and down.
    package enum Gauge: Int, CaseIterable, Sendable {
        /// 1 while the worker accepts connections.
        case serving
        /// Connections held.
        case connections
        /// Requests being worked on.
        case requestsInFlight
        /// ``Moment/milliseconds`` of the last sign of life.
        case heartbeat
        /// Trainings waited for.
        case trainings
        /// The most microseconds by which the worker's loop was late.
        case worstLag
    }

    /// One worker's part.
    package struct Slot: Sendable {
        private let scoreboard: Scoreboard
        private let first: Int

        init(scoreboard: Scoreboard, first: Int) {
            self.scoreboard = scoreboard
            self.first = first
        }

        /// Raises a counter.
        package func add(_ amount: Int = 1, to counter: Counter) {
            parley_add(word(Scoreboard.gaugeWords + counter.rawValue), UInt64(clamping: amount))
        }

        /// A counter's value.
        package func value(of counter: Counter) -> Int {
            Int(clamping: parley_load(word(Scoreboard.gaugeWords + counter.rawValue)))
        }

        /// A gauge's value.
        package func value(of gauge: Gauge) -> Int {
            Int(truncatingIfNeeded: parley_load(word(gauge.rawValue)))
        }

        /// Sets a gauge.
        package func set(_ gauge: Gauge, to value: Int) {
            parley_store(word(gauge.rawValue), UInt64(truncatingIfNeeded: value))
        }

        /// Raises or lowers a gauge.
        package func change(_ gauge: Gauge, by amount: Int) {
            parley_add(word(gauge.rawValue), UInt64(bitPattern: Int64(amount)))
        }

        /// Counts how late the worker's loop was. From the worker itself only.
        package func note(lagMicroseconds lag: Int) {
            if lag > value(of: Gauge.worstLag) { set(.worstLag, to: lag) }
            guard lag > 20_000 else { return }
            add(to: .lagOver20)
            if lag > 50_000 { add(to: .lagOver50) }
            if lag > 250_000 { add(to: .lagOver250) }
            if lag > 1_000_000 { add(to: .lagOver1000) }
        }

        /// Says that the worker is alive.
        package func beat(at moment: MonotonicInstant) {
            parley_store(word(Gauge.heartbeat.rawValue), moment.milliseconds)
        }

        /// When the worker last was alive.
        package var lastBeat: MonotonicInstant {
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
        (0..<capacity).reduce(base.value(of: counter)) { $0.addingSaturating(slot($1).value(of: counter)) }
    }

    /// A gauge over all living workers.
    package func total(of gauge: Gauge) -> Int {
        (0..<capacity).reduce(0) { $0.addingSaturating(slot($1).value(of: gauge)) }
    }

    /// The connections of each worker that serves and has shown a sign of life since `moment`.
    ///
    /// Each word is read once: workers die and are cleared meanwhile, so a second look may find something else.
    package func connectionsOfServing(since moment: MonotonicInstant) -> [Int] {
        var connections: [Int] = []
        connections.reserveCapacity(capacity)
        for index in 0..<capacity {
            let slot = slot(index)
            guard slot.value(of: Gauge.serving) == 1, slot.lastBeat >= moment else { continue }
            connections.append(slot.value(of: Gauge.connections))
        }
        return connections
    }

    /// Clears a dead worker's gauges. Only the supervisor does this.
    func clearGauges(of index: Int) {
        let slot = slot(index)
        for gauge in Gauge.allCases { slot.set(gauge, to: 0) }
    }

    /// Counts what happened to no worker. Only the supervisor does this.
    func count(_ counter: Counter) {
        base.add(to: counter)
    }

    private var base: Slot { Slot(scoreboard: self, first: 0) }

    /// The gauges come first in a slot, with room for more.
    private static let gaugeWords = 16
    /// Four cache lines, so that no two workers write to the same one.
    private static let wordsPerSlot = 32
}
