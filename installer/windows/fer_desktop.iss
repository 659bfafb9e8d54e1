; The Windows installer, made by Inno Setup 6 from PyInstaller's folder:
;   iscc /DVersion=0.1.0 installer\windows\fer_desktop.iss
; Silent: FER-Desktop-0.1.0-setup.exe /VERYSILENT /SUPPRESSMSGBOXES /NORESTART

#ifndef Version
  #error Name the version: iscc /DVersion=0.1.0
#endif

[Setup]
; Never change this: Windows knows by it that a new version replaces an old one.
AppId={{7E0B2F53-6C0A-4B0E-9C3B-0F2A5D3C8E41}
AppName=FER Desktop
AppVersion={#Version}
AppPublisher=The FER Desktop developers
VersionInfoVersion={#Version}
; For the user alone, without administrator rights.
PrivilegesRequired=lowest
DefaultDirName={autopf}\FER Desktop
DefaultGroupName=FER Desktop
DisableProgramGroupPage=yes
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
SetupIconFile=..\..\build\fer_desktop\fer-desktop.ico
UninstallDisplayIcon={app}\fer-desktop-window.exe
SourceDir=.
OutputDir=..\..\dist
OutputBaseFilename=FER-Desktop-{#Version}-setup
Compression=lzma2
SolidCompression=yes
WizardStyle=modern
ChangesEnvironment=yes
CloseApplications=yes

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "es"; MessagesFile: "compiler:Languages\Spanish.isl"

[CustomMessages]
en.CommandLine=Make the command fer-desktop known in terminals
es.CommandLine=Hacer que los terminales conozcan la orden fer-desktop
en.Demo=FER Desktop, demo clip
es.Demo=FER Desktop, clip de muestra

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: "path"; Description: "{cm:CommandLine}"; Flags: unchecked

[InstallDelete]
; Libraries of an older version must not lie beside the new ones.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\..\dist\fer-desktop\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{group}\FER Desktop"; Filename: "{app}\fer-desktop-window.exe"; AppUserModelID: "io.github.fer_desktop.FerDesktop"
Name: "{group}\{cm:Demo}"; Filename: "{app}\fer-desktop-window.exe"; Parameters: "demo"
Name: "{autodesktop}\FER Desktop"; Filename: "{app}\fer-desktop-window.exe"; Tasks: desktopicon

[Registry]
; "Open with", without taking any file type away from another program.
Root: HKA; Subkey: "Software\Classes\Applications\fer-desktop-window.exe\shell\open\command"; ValueType: string; ValueData: """{app}\fer-desktop-window.exe"" ""%1"""; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Applications\fer-desktop-window.exe"; ValueType: string; ValueName: "FriendlyAppName"; ValueData: "FER Desktop"; Flags: uninsdeletekey
Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: NotInPath

[Run]
Filename: "{app}\fer-desktop-window.exe"; Description: "{cm:LaunchProgram,FER Desktop}"; Flags: nowait postinstall skipifsilent

[Code]
function PathOfUser: String;
begin
  if not RegQueryStringValue(HKCU, 'Environment', 'Path', Result) then
    Result := '';
end;

function NotInPath: Boolean;
begin
  Result := Pos(';' + Uppercase(ExpandConstant('{app}')) + ';', ';' + Uppercase(PathOfUser) + ';') = 0;
end;

procedure CurUninstallStepChanged(CurUninstallStep: TUninstallStep);
var
  Paths: String;
  Place: Integer;
begin
  if CurUninstallStep <> usPostUninstall then
    Exit;
  Paths := ';' + PathOfUser + ';';
  Place := Pos(';' + Uppercase(ExpandConstant('{app}')) + ';', Uppercase(Paths));
  if Place = 0 then
    Exit;
  Delete(Paths, Place, Length(ExpandConstant('{app}')) + 1);
  RegWriteExpandStringValue(HKCU, 'Environment', 'Path', Copy(Paths, 2, Length(Paths) - 2));
end;
