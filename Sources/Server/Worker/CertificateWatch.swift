import HTTPServer
import Logging
import NIOCore
import Prefork

/// Looks now and then whether the files of TLS have changed, and serves what they hold once they are whole and fit
/// together: certificates are renewed without a restart.
enum CertificateWatch {
    /// Files of a few pages: reading them costs less than to be told of changes in every kind of file system.
    private static let interval = TimeAmount.seconds(10)

    /// Begins to look; ends with the loop, on which it must be called.
    static func start(
        _ choice: TLSConfigurationSelection, server: HTTPServer, first: TLSMaterial, loop: any EventLoop, logger: Logger
    ) {
        let state = NIOLoopBoundBox((active: first, lastFault: String?.none), eventLoop: loop)
        loop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            do {
                guard let (context, material) = try choice.context(insteadOf: state.value.active) else { return }
                server.replaceTLS(by: context)
                state.value = (material, nil)
                logger.notice("The certificate has changed; new connections get the new one")
            } catch {
                guard "\(error)" != state.value.lastFault else { return }
                state.value.lastFault = "\(error)"
                logger.error("The changed certificate is not used", metadata: ["error": "\(error)"])
            }
        }
    }
}
