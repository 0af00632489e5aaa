// A Windows service for a program that is not one: starts the relay, writes down what it says, ends with it.
// Install-Relay.ps1 compiles it with the compiler of the .NET Framework that every Windows Server has (C# 5),
// so that nobody has to trust a binary of somebody else.
//
//   RelayService.exe NODE RELAY.MJS RELAY.YAML LOGFOLDER
using System;
using System.Diagnostics;
using System.IO;
using System.ServiceProcess;
using System.Text;

public sealed class RelayService : ServiceBase
{
    public const string Name = "EntraWritebackRelay";

    // How the relay ends when relay.yaml is wrong: starting again would change nothing.
    private const int SettingsAreWrong = 2;
    private const int ServiceSpecificError = 1066;
    private const int DaysOfLogs = 30;
    private const int LongestEntry = 30000;
    private static readonly Encoding WithoutMark = new UTF8Encoding(false);

    private readonly string[] arguments;
    private readonly object gate = new object();
    private Process relay;
    private bool stopping;

    public RelayService(string[] arguments)
    {
        this.arguments = arguments;
        ServiceName = Name;
        CanShutdown = true;
    }

    public static int Main(string[] arguments)
    {
        if (arguments.Length != 4)
        {
            Console.Error.WriteLine("RelayService.exe NODE RELAY.MJS RELAY.YAML LOGFOLDER");
            return SettingsAreWrong;
        }
        Run(new RelayService(arguments));
        return 0;
    }

    protected override void OnStart(string[] ignored)
    {
        Directory.CreateDirectory(arguments[3]);
        ForgetOldLogs();
        var start = new ProcessStartInfo(arguments[0], Quoted(arguments[1]) + " --config " + Quoted(arguments[2]));
        start.UseShellExecute = false;
        start.CreateNoWindow = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.StandardOutputEncoding = Encoding.UTF8;
        start.StandardErrorEncoding = Encoding.UTF8;
        relay = new Process();
        relay.StartInfo = start;
        relay.EnableRaisingEvents = true;
        relay.OutputDataReceived += (sender, line) => Write(line.Data, LevelOf(line.Data));
        relay.ErrorDataReceived += (sender, line) => Write(line.Data, EventLogEntryType.Error);
        relay.Exited += (sender, nothing) => Ended();
        relay.Start();
        relay.BeginOutputReadLine();
        relay.BeginErrorReadLine();
    }

    // Ended at once: what the relay had in hand was not told as done, so Service Bus delivers it again.
    protected override void OnStop()
    {
        lock (gate) { stopping = true; }
        if (!relay.HasExited) relay.Kill();
        relay.WaitForExit(10000);
    }

    protected override void OnShutdown()
    {
        OnStop();
    }

    private void Ended()
    {
        lock (gate) { if (stopping) return; }
        int code = relay.ExitCode;
        if (code == SettingsAreWrong)
        {
            Write("The relay does not start: relay.yaml is wrong. The entries before this one name the lines.", EventLogEntryType.Error);
            ExitCode = ServiceSpecificError;
            Stop();
            return;
        }
        Write("The relay ended with code " + code + ". Windows starts it again.", EventLogEntryType.Error);
        // Without telling the service manager: only then do its recovery actions apply.
        Environment.Exit(1);
    }

    // The relay writes one JSON object per line. Warnings and errors go to the Event Log too.
    private static EventLogEntryType LevelOf(string line)
    {
        if (line == null) return EventLogEntryType.Information;
        if (line.Contains("\"level\":\"error\"")) return EventLogEntryType.Error;
        if (line.Contains("\"level\":\"warn\"")) return EventLogEntryType.Warning;
        return EventLogEntryType.Information;
    }

    private void Write(string line, EventLogEntryType level)
    {
        if (line == null) return;
        string file = Path.Combine(arguments[3], "relay-" + DateTime.UtcNow.ToString("yyyy-MM-dd") + ".log");
        lock (gate) { File.AppendAllText(file, line + Environment.NewLine, WithoutMark); }
        if (level == EventLogEntryType.Information) return;
        EventLog.WriteEntry(Name, line.Length > LongestEntry ? line.Substring(0, LongestEntry) : line, level, (int)level);
    }

    private void ForgetOldLogs()
    {
        foreach (string file in Directory.GetFiles(arguments[3], "relay-*.log"))
        {
            if (File.GetLastWriteTimeUtc(file) < DateTime.UtcNow.AddDays(-DaysOfLogs)) File.Delete(file);
        }
    }

    private static string Quoted(string path)
    {
        return "\"" + path + "\"";
    }
}
