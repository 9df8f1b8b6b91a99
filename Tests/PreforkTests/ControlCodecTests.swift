import Testing

@testable import Prefork

@Suite("Control messages survive the way as bytes")
struct ControlCodecTests {
    @Test(arguments: [
        WorkerMessage.ready, .failed(BootFailure("no such file: ä", status: 66)), .leasesReleased(owner: "ab-12"),
        .loaded(Loaded("/tmp/some where")), .loaded(Loaded("", refreshAfter: .seconds(100))), .giveUpSwap(request: 7),
        .startJob(request: 1, JobDescription(directory: "/tmp/ä", words: ["job", "train", "", "--out=a b"])),
        .giveUpJob(request: .max), .exhausted(.requests(7)), .exhausted(.memory(1 << 40)),
        .settings(part: [0, 255, 7]),
    ])
    func ofWorkers(message: WorkerMessage) {
        #expect(ControlCodec.decodeWorkerMessage(ControlCodec.encode(message)[...]) == message)
    }

    @Test(arguments: [
        SupervisorMessage.stop(acceptFor: .milliseconds(1500), finishWithin: .seconds(15)),
        .retire(idleFor: .seconds(65), finishWithin: .seconds(3600)), .reopenLogs,
        .releaseLeases(owner: "f00-1"), .jobTaken(request: 1), .jobRefused(request: 2),
        .jobEnded(request: 3, .exited(70)), .jobEnded(request: 4, .signalled(9)), .jobEnded(request: 5, .outOfMemory),
    ])
    func ofTheSupervisor(message: SupervisorMessage) {
        #expect(ControlCodec.decodeSupervisorMessage(ControlCodec.encode(message)[...]) == message)
    }

    @Test func andUnknownOrCutOnesAreNothing() {
        #expect(ControlCodec.decodeWorkerMessage([250, 1, 2]) == nil)
        #expect(ControlCodec.decodeWorkerMessage([]) == nil)
        #expect(ControlCodec.decodeSupervisorMessage([1, 0, 0]) == nil)
    }

    @Test func andAJobThatWouldBeCutIsNone() {
        let job = JobDescription(directory: "/tmp/d", words: [String(repeating: "x", count: 5000)])
        #expect(!ControlCodec.holds(job))
        #expect(ControlCodec.decodeWorkerMessage(ControlCodec.encode(.startJob(request: 1, job))[...4000]) == nil)
    }

    @Test func andLongTextsAreCutToWhatASocketKeepsTogether() {
        let message = WorkerMessage.failed(BootFailure(String(repeating: "x", count: 100_000), status: 1))
        #expect(ControlCodec.encode(message).count <= ControlCodec.maxMessage)
    }

    @Test func overARealSocketPair() throws {
        let (mine, other) = try ControlSocket.pair()
        #expect(mine.receive() == .nothing)
        other.send(ControlCodec.encode(.ready))
        other.send(ControlCodec.encode(.loaded(Loaded("x"))))
        #expect(mine.receive() == .message(ControlCodec.encode(.ready)))
        #expect(mine.receive() == .message(ControlCodec.encode(.loaded(Loaded("x")))))
        other.close()
        #expect(mine.receive() == .closed)
        #expect(!mine.send([1]))
        mine.close()
    }
}
