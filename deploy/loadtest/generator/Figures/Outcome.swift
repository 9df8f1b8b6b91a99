/// How a turn ended for its client.
enum Outcome: UInt8, CaseIterable, Sendable {
    /// The whole response came, once.
    case completed
    /// No connection could be made.
    case refused
    /// The connection ended before the response was whole.
    case cut
    /// No response came in time.
    case noResponse
    /// A status from 500.
    case serverError
    /// Another status, or a response that is not what it has to be.
    case wrong

    var label: String {
        switch self {
        case .completed: "completed"
        case .refused: "refused"
        case .cut: "cut"
        case .noResponse: "no response"
        case .serverError: "5xx"
        case .wrong: "wrong"
        }
    }

    /// - Parameters:
    ///   - status: Of the response.
    ///   - replies: How many messages came, if they could be read.
    init(status: Int, replies: Int?, expected: Int) {
        switch status {
        case 200: self = replies == expected ? .completed : .wrong
        case 500...599: self = .serverError
        default: self = .wrong
        }
    }
}

/// Why an exchange of request and response failed.
enum ExchangeFailure: Error {
    case refused, cut, timedOut

    var outcome: Outcome {
        switch self {
        case .refused: .refused
        case .cut: .cut
        case .timedOut: .noResponse
        }
    }
}

/// A turn from its due time to its end, in nanoseconds after the start.
struct Span: Equatable, Sendable {
    let due: Int64
    let sent: Int64
    let end: Int64
}
