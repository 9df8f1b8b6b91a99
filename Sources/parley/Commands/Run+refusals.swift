import Channels
import Prefork

extension Run {
    /// Flags that are known and not served: better no start than one without what was asked for.
    ///
    /// - Throws: ``BootFailure`` that names the first such flag.
    func refuseUnservedFlags() throws(BootFailure) {
        guard logging.loggingConfigFile == nil else {
            throw BootFailure(
                "--logging-config-file: Parley has no logging of Python's to configure; leave the flag out",
                status: ExitStatus.usage)
        }
        if let connector = channels.connector, !ChannelCatalog.served.contains(connector) {
            let list = " (served: \(ChannelCatalog.served.joined(separator: ", ")))"
            throw BootFailure(
                "--connector: the channel '\(connector)' is not served by this version of Parley\(list)",
                status: ExitStatus.usage)
        }
    }
}
