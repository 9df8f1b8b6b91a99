import System
import Testing

@testable import Prefork

@Suite("Connections are shared fairly, and nobody waits long for that")
struct FairShareTests {
    /// Asks at a time, with what each worker holds and has accepted; the first asks.
    private func pauses(
        _ share: inout FairShare, holding held: [Int], accepted: [Int]? = nil, isAwaited: Bool = true,
        at time: UInt64 = 0
    ) -> Bool {
        share.shouldPause(
            mine: held[0],
            all: held.indices.map {
                FairShare.Count(slot: $0, connections: held[$0], accepted: accepted?[$0] ?? held[$0])
            }, isAwaited: { isAwaited }, now: MonotonicInstant(milliseconds: time))
    }

    @Test func aLoneWorkerNeverPauses() {
        var share = FairShare()
        #expect(!pauses(&share, holding: [100_000]))
    }

    @Test func aDifferenceOfOneDoesNotMatter() {
        var share = FairShare()
        #expect(!pauses(&share, holding: [3, 2]))
        #expect(!pauses(&share, holding: [101, 100, 105]))
    }

    @Test func whoHoldsClearlyMoreThanASiblingPauses() {
        var share = FairShare()
        #expect(pauses(&share, holding: [8, 0]))
        #expect(pauses(&share, holding: [102, 100, 200]))
    }

    @Test("a sibling that does not come is waited for once, until it takes a connection")
    func absence() {
        var share = FairShare()
        let patience = FairShare.patience
        #expect(pauses(&share, holding: [8, 0], accepted: [8, 5], at: 0))
        #expect(pauses(&share, holding: [8, 0], accepted: [8, 5], at: patience - 1))
        #expect(!pauses(&share, holding: [8, 0], accepted: [8, 5], at: patience))
        #expect(!pauses(&share, holding: [9, 0], accepted: [9, 5], at: patience + 1))
        #expect(pauses(&share, holding: [9, 1], accepted: [9, 6], at: patience + 2))
    }

    @Test("one that comes is waited for as long as it does")
    func presence() {
        var share = FairShare()
        for round in 0..<6 {
            #expect(
                pauses(
                    &share, holding: [8, round], accepted: [8, round], at: UInt64(round) * FairShare.patience))
        }
        #expect(!pauses(&share, holding: [8, 7]))
    }

    @Test("while nobody waits to be accepted a sibling misses nothing")
    func quiet() {
        var share = FairShare()
        for time in 0..<10 {
            #expect(pauses(&share, holding: [8, 0], isAwaited: false, at: UInt64(time) * 1000))
        }
        #expect(pauses(&share, holding: [8, 0], at: 9001))
        #expect(!pauses(&share, holding: [8, 0], at: 9000 + FairShare.patience))
    }

    @Test(arguments: 0..<200)
    func somebodyAlwaysAccepts(seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        let all = (0..<(2 + seed % 7)).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1
            return Int(state >> 40) % 1000
        }
        #expect(
            all.indices.contains { index in
                var share = FairShare()
                return !pauses(&share, holding: [all[index]] + all)
            })
    }
}
