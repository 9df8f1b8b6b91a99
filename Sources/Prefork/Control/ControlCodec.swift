/// Control messages as bytes: one kind, numbers as eight little-endian bytes, then text to the end.
///
/// The sockets keep message borders, so no lengths are needed. A kind that this version does not know decodes to nil
/// and is passed over: supervisor and workers may be of different versions during an upgrade.
enum ControlCodec {
    /// No message is longer; longer texts are cut.
    static let longestMessage = 4096

    private static let longestText = 4000

    static func encode(_ message: WorkerMessage) -> [UInt8] {
        switch message {
        case .ready: [1]
        case .failed(let failure): [2] + bytes(UInt64(UInt32(bitPattern: failure.status))) + bytes(failure.message)
        case .leasesReleased(let owner): [3] + bytes(owner)
        case .loaded(let text): [4] + bytes(text)
        }
    }

    static func decodeWorkerMessage(_ message: ArraySlice<UInt8>) -> WorkerMessage? {
        var rest = message
        switch rest.popFirst() {
        case 1: return .ready
        case 2:
            guard let status = number(&rest) else { return nil }
            return .failed(BootFailure(text(rest), status: Int32(truncatingIfNeeded: status)))
        case 3: return .leasesReleased(owner: text(rest))
        case 4: return .loaded(text(rest))
        default: return nil
        }
    }

    static func encode(_ message: SupervisorMessage) -> [UInt8] {
        switch message {
        case .stop(let acceptFor, let finishWithin):
            [1] + bytes(acceptFor.wholeMilliseconds) + bytes(finishWithin.wholeMilliseconds)
        case .releaseLeases(let owner): [2] + bytes(owner)
        }
    }

    static func decodeSupervisorMessage(_ message: ArraySlice<UInt8>) -> SupervisorMessage? {
        var rest = message
        switch rest.popFirst() {
        case 1:
            guard let accept = number(&rest), let finish = number(&rest) else { return nil }
            return .stop(
                acceptFor: .milliseconds(Int64(clamping: accept)), finishWithin: .milliseconds(Int64(clamping: finish)))
        case 2: return .releaseLeases(owner: text(rest))
        default: return nil
        }
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }

    private static func bytes(_ text: String) -> [UInt8] {
        Array(text.utf8.prefix(longestText))
    }

    private static func number(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        guard bytes.count >= 8 else { return nil }
        defer { bytes = bytes.dropFirst(8) }
        return bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
