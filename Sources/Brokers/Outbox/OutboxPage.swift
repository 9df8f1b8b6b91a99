/// The file `state` of an outbox: what its owner has written and what its publisher has settled.
///
/// Two processes write to it at any time, and it may have been damaged; so every word is read once, and nothing that
/// stands there can end a process or make an event count as published that is not.
struct OutboxPage: Sendable {
    /// How many events were written and settled, as they were at one moment.
    struct Counts: Sendable, Hashable {
        let written: UInt64
        let acknowledged: UInt64

        /// How many wait. None where the file says that more were settled than written.
        var waiting: Int { written > acknowledged ? Int(clamping: written - acknowledged) : 0 }
    }

    private enum Word {
        /// The stamp up to which everything is confirmed (or given up); written by the publisher.
        static let settledStamp = 0
        /// How many events are; written by the publisher.
        static let acknowledged = 1
        /// How many events were written, or are just being written; written by the owner.
        static let written = 3
    }

    private let page: SharedPage

    init(_ page: SharedPage) {
        self.page = page
    }

    /// The counts. What is settled is read first: it never overtakes what is written.
    var counts: Counts {
        let acknowledged = page[Word.acknowledged]
        return Counts(written: page[Word.written], acknowledged: acknowledged)
    }

    /// The stamp up to which everything is settled. One that was never given out is damage, and nothing counts as
    /// settled then: an event may be published twice, but none is lost.
    func settledStamp(atMost last: UInt64) -> UInt64 {
        let stamp = page[Word.settledStamp]
        return stamp <= last ? stamp : 0
    }

    /// Counts events that are about to be written, or, below zero, that could not be.
    func written(_ count: Int) {
        page.add(UInt64(bitPattern: Int64(count)), to: Word.written)
    }

    func acknowledge(_ count: Int, upTo stamp: UInt64) {
        page[Word.settledStamp] = stamp
        page.add(UInt64(bitPattern: Int64(count)), to: Word.acknowledged)
    }
}
