import Dispatch
import Glibc
import Training

/// Ends a training from the command line at once by Ctrl-C and its like, with nothing left of what it has written so far.
struct Interruption {
    static let signals: [Int32] = [SIGINT, SIGQUIT, SIGTERM, SIGHUP]
    private let sources: [any DispatchSourceSignal]

    init(of request: TrainingRequest) {
        sources = Self.signals.map { number in
            // The source sees the signal, the process must not end by it before.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInitiated))
            source.setEventHandler {
                Trainer.abandon(output: request.output)
                signal(number, SIG_DFL)
                kill(getpid(), number)
            }
            source.resume()
            return source
        }
    }

    /// Gives the signals back.
    func end() {
        for source in sources { source.cancel() }
        for number in Self.signals { signal(number, SIG_DFL) }
    }
}
