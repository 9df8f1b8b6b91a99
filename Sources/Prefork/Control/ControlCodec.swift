import System

/// Control messages as bytes: one kind, numbers as eight little-endian bytes, then text to the end.
///
/// The sockets keep message borders, so no lengths are needed. A kind that this version does not know decodes to nil
/// and is passed over: supervisor and workers may be of different versions during an upgrade.
enum ControlCodec {
    /// No message is longer; longer texts are cut.
    static let maxMessage = 4096

    static let maxText = 4000

    static func encode(_ message: WorkerMessage) -> [UInt8] {
        switch message {
        case .ready: [1]
        case .failed(let failure): [2] + bytes(failure)
        case .leasesReleased(let owner): [3] + bytes(owner)
        case .loaded(let loaded):
            [4] + bytes(loaded.refreshAfter?.wholeMilliseconds ?? 0) + bytes(UInt64(clamping: loaded.workers ?? 0))
                + bytes(UInt64(clamping: loaded.maxWorkers)) + bytes(loaded.text)
        case .swap(let request, let source): [5] + bytes(request) + bytes(source)
        case .prepared(let swap): [6] + bytes(swap)
        case .refused(let swap, let failure): [7] + bytes(swap) + bytes(failure)
        case .committed(let swap): [8] + bytes(swap)
        case .startJob(let request, let job): [9] + bytes(request) + bytes(job)
        case .giveUpJob(let request): [10] + bytes(request)
        case .giveUpSwap(let request): [11] + bytes(request)
        case .settings(let part): [12] + part.prefix(maxText)
        case .exhausted(.requests(let count)): [13] + bytes(UInt64(clamping: count))
        case .exhausted(.memory(let count)): [14] + bytes(UInt64(clamping: count))
        }
    }

    static func decodeWorkerMessage(_ message: ArraySlice<UInt8>) -> WorkerMessage? {
        var rest = message
        switch rest.popFirst() {
        case 1: return .ready
        case 2:
            return failure(rest).map { .failed($0) }
        case 3: return .leasesReleased(owner: text(rest))
        case 4:
            return loaded(&rest).map { .loaded($0) }
        case 5: return number(&rest).map { .swap(request: $0, source: text(rest)) }
        case 6: return number(&rest).map { .prepared(swap: $0) }
        case 7:
            guard let swap = number(&rest), let failure = failure(rest) else { return nil }
            return .refused(swap: swap, failure)
        case 8: return number(&rest).map { .committed(swap: $0) }
        case 9:
            guard let request = number(&rest), let job = job(rest) else { return nil }
            return .startJob(request: request, job)
        case 10: return number(&rest).map { .giveUpJob(request: $0) }
        case 11: return number(&rest).map { .giveUpSwap(request: $0) }
        case 12: return .settings(part: Array(rest))
        case 13: return number(&rest).map { .exhausted(.requests(Int(clamping: $0))) }
        case 14: return number(&rest).map { .exhausted(.memory(Int(clamping: $0))) }
        default: return nil
        }
    }

    static func encode(_ message: SupervisorMessage) -> [UInt8] {
        switch message {
        case .stop(let acceptFor, let finishWithin):
            [1] + bytes(acceptFor.wholeMilliseconds) + bytes(finishWithin.wholeMilliseconds)
        case .retire(let idle, let finish): [10] + bytes(idle.wholeMilliseconds) + bytes(finish.wholeMilliseconds)
        case .reopenLogs: [11]
        case .releaseLeases(let owner): [2] + bytes(owner)
        case .prepare(let swap, let loaded): [3] + bytes(swap) + bytes(loaded)
        case .commit(let swap): [4] + bytes(swap)
        case .drop(let swap): [5] + bytes(swap)
        case .swapped(let request, let failure): [6] + bytes(request) + (failure.map { bytes($0) } ?? [])
        case .jobTaken(let request): [7] + bytes(request)
        case .jobRefused(let request): [8] + bytes(request)
        case .jobEnded(let request, let end): [9] + bytes(request) + bytes(end)
        }
    }

    static func decodeSupervisorMessage(_ message: ArraySlice<UInt8>) -> SupervisorMessage? {
        var rest = message
        switch rest.popFirst() {
        case 1:
            return times(&rest).map { .stop(acceptFor: $0, finishWithin: $1) }
        case 2: return .releaseLeases(owner: text(rest))
        case 3: return number(&rest).map { .prepare(swap: $0, loaded: text(rest)) }
        case 4: return number(&rest).map { .commit(swap: $0) }
        case 5: return number(&rest).map { .drop(swap: $0) }
        case 6: return number(&rest).map { .swapped(request: $0, failure(rest)) }
        case 7: return number(&rest).map { .jobTaken(request: $0) }
        case 8: return number(&rest).map { .jobRefused(request: $0) }
        case 9:
            guard let request = number(&rest), let signal = number(&rest), let status = number(&rest) else {
                return nil
            }
            return .jobEnded(request: request, end(signal, status))
        case 10: return times(&rest).map { .retire(idleFor: $0, finishWithin: $1) }
        case 11: return .reopenLogs
        default: return nil
        }
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }

    private static func bytes(_ failure: BootFailure) -> [UInt8] {
        bytes(UInt64(UInt32(bitPattern: failure.status))) + bytes(failure.message)
    }

    /// The signal, or 0, and the status.
    private static func bytes(_ end: ProcessEnd) -> [UInt8] {
        switch end {
        case .exited(let status): bytes(0) + bytes(UInt64(UInt32(bitPattern: status)))
        case .signalled(let signal): bytes(UInt64(UInt32(bitPattern: signal))) + bytes(0)
        case .outOfMemory: bytes(UInt64(WorkerSignal.killNumber)) + bytes(1)
        }
    }

    private static func end(_ signal: UInt64, _ status: UInt64) -> ProcessEnd {
        if signal == 0 { return .exited(Int32(truncatingIfNeeded: status)) }
        return status == 0 ? .signalled(Int32(truncatingIfNeeded: signal)) : .outOfMemory
    }

    /// The directory and the words, each with a zero byte at its end: one that has been cut is told by that.
    private static func bytes(_ job: JobDescription) -> [UInt8] {
        ([job.directory] + job.words).reduce(into: []) { $0 += Array($1.utf8) + [0] }
    }

    private static func job(_ bytes: ArraySlice<UInt8>) -> JobDescription? {
        guard bytes.last == 0 else { return nil }
        let parts = bytes.dropLast().split(separator: 0, omittingEmptySubsequences: false).map { text($0) }
        guard parts.count > 1 else { return nil }
        return JobDescription(directory: parts[0], words: Array(parts[1...]))
    }

    /// Whether a job can be described in one message.
    static func holds(_ job: JobDescription) -> Bool { bytes(job).count <= maxText }

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8.prefix(maxText)) }

    private static func number(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        guard bytes.count >= 8 else { return nil }
        defer { bytes = bytes.dropFirst(8) }
        return bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The settings come apart, in messages of their own.
    private static func loaded(_ bytes: inout ArraySlice<UInt8>) -> Loaded? {
        guard let wait = number(&bytes), let workers = number(&bytes), let maxWorkers = number(&bytes) else {
            return nil
        }
        var loaded = Loaded(text(bytes), refreshAfter: wait == 0 ? nil : .milliseconds(Int64(clamping: wait)))
        loaded.workers = workers == 0 ? nil : Int(clamping: workers)
        loaded.maxWorkers = Int(clamping: maxWorkers)
        return loaded
    }

    private static func times(_ bytes: inout ArraySlice<UInt8>) -> (Duration, Duration)? {
        guard let first = number(&bytes), let second = number(&bytes) else { return nil }
        return (.milliseconds(Int64(clamping: first)), .milliseconds(Int64(clamping: second)))
    }

    private static func failure(_ bytes: ArraySlice<UInt8>) -> BootFailure? {
        var rest = bytes
        return number(&rest).map { BootFailure(text(rest), status: Int32(truncatingIfNeeded: $0)) }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
