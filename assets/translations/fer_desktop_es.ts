<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es">
<context>
    <name>About</name>
    <message>
        <source>Version</source>
        <translation>Versión</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Licencia</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Red neuronal</translation>
    </message>
    <message>
        <source>Fingerprint (SHA-256)</source>
        <translation>Huella (SHA-256)</translation>
    </message>
    <message>
        <source>Licence of the network</source>
        <translation>Licencia de la red</translation>
    </message>
    <message>
        <source>Face detector</source>
        <translation>Detector de caras</translation>
    </message>
    <message>
        <source>Computed on</source>
        <translation>Se calcula en</translation>
    </message>
    <message>
        <source>Made with</source>
        <translation>Hecho con</translation>
    </message>
    <message>
        <source>What the numbers are and are not</source>
        <translation>Qué son y qué no son las cifras</translation>
    </message>
    <message>
        <source>Licences of what it is made with…</source>
        <translation>Licencias de aquello con que está hecho…</translation>
    </message>
    <message>
        <source>About FER Desktop</source>
        <translation>Acerca de FER Desktop</translation>
    </message>
    <message>
        <source>Licences of what it is made with</source>
        <translation>Licencias de aquello con que está hecho</translation>
    </message>
    <message>
        <source>The licences are missing from this installation; install it again.</source>
        <translation>Faltan las licencias en esta instalación; vuelva a instalar el programa.</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>Photo or video…</source>
        <translation>Foto o vídeo…</translation>
    </message>
    <message>
        <source>Folder of photos…</source>
        <translation>Carpeta de fotos…</translation>
    </message>
    <message>
        <source>Finished session…</source>
        <translation>Sesión terminada…</translation>
    </message>
    <message>
        <source>Stream address…</source>
        <translation>Dirección de una emisión…</translation>
    </message>
    <message>
        <source>Demo clip</source>
        <translation>Clip de muestra</translation>
    </message>
    <message>
        <source>Close source</source>
        <translation>Cerrar la fuente</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Salir</translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation>Reproducir o pausar</translation>
    </message>
    <message>
        <source>One frame back</source>
        <translation>Un fotograma atrás</translation>
    </message>
    <message>
        <source>One frame forward</source>
        <translation>Un fotograma adelante</translation>
    </message>
    <message>
        <source>Last change of expression</source>
        <translation>Cambio de expresión anterior</translation>
    </message>
    <message>
        <source>Next change of expression</source>
        <translation>Siguiente cambio de expresión</translation>
    </message>
    <message>
        <source>Back to live</source>
        <translation>Volver al directo</translation>
    </message>
    <message>
        <source>Timeline: less time, larger</source>
        <translation>Línea de tiempo: menos tiempo, más grande</translation>
    </message>
    <message>
        <source>Timeline: more time</source>
        <translation>Línea de tiempo: más tiempo</translation>
    </message>
    <message>
        <source>A stretch begins here</source>
        <translation>Un tramo empieza aquí</translation>
    </message>
    <message>
        <source>A stretch ends here</source>
        <translation>Un tramo termina aquí</translation>
    </message>
    <message>
        <source>Add a note to the stretch…</source>
        <translation>Añadir una nota al tramo…</translation>
    </message>
    <message>
        <source>Add note…</source>
        <translation>Añadir nota…</translation>
    </message>
    <message>
        <source>Copy the stretch&apos;s figures</source>
        <translation>Copiar las cifras del tramo</translation>
    </message>
    <message>
        <source>Copy figures</source>
        <translation>Copiar cifras</translation>
    </message>
    <message>
        <source>Export the stretch&apos;s rows…</source>
        <translation>Exportar las filas del tramo…</translation>
    </message>
    <message>
        <source>Export rows…</source>
        <translation>Exportar filas…</translation>
    </message>
    <message>
        <source>Forget the stretch</source>
        <translation>Olvidar el tramo</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>Grabar</translation>
    </message>
    <message>
        <source>Set a marker</source>
        <translation>Poner una marca</translation>
    </message>
    <message>
        <source>Marker</source>
        <translation>Marca</translation>
    </message>
    <message>
        <source>Why: what the network looks at</source>
        <translation>Por qué: en qué se fija la red</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Por qué</translation>
    </message>
    <message>
        <source>My neutral: count from this face at rest</source>
        <translation>Mi neutral: contar desde esta cara en reposo</translation>
    </message>
    <message>
        <source>My neutral</source>
        <translation>Mi neutral</translation>
    </message>
    <message>
        <source>Participant and consent…</source>
        <translation>Participante y consentimiento…</translation>
    </message>
    <message>
        <source>Mirror the picture, on screen only</source>
        <translation>Imagen en espejo, solo en pantalla</translation>
    </message>
    <message>
        <source>Open the sessions folder</source>
        <translation>Abrir la carpeta de sesiones</translation>
    </message>
    <message>
        <source>Export the session…</source>
        <translation>Exportar la sesión…</translation>
    </message>
    <message>
        <source>Report of the session…</source>
        <translation>Informe de la sesión…</translation>
    </message>
    <message>
        <source>Stop writing the file</source>
        <translation>Dejar de escribir el archivo</translation>
    </message>
    <message>
        <source>Follow the largest face</source>
        <translation>Seguir la cara más grande</translation>
    </message>
    <message>
        <source>Name this face…</source>
        <translation>Dar nombre a esta cara…</translation>
    </message>
    <message>
        <source>Hide this face</source>
        <translation>Ocultar esta cara</translation>
    </message>
    <message>
        <source>Show all faces</source>
        <translation>Mostrar todas las caras</translation>
    </message>
    <message>
        <source>Small view on top of other windows</source>
        <translation>Vista pequeña sobre otras ventanas</translation>
    </message>
    <message>
        <source>Notice for participants…</source>
        <translation>Aviso para participantes…</translation>
    </message>
    <message>
        <source>Leave full screen or the small view</source>
        <translation>Salir de la pantalla completa o de la vista pequeña</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Pantalla completa</translation>
    </message>
    <message>
        <source>Cameras, sizes and rates…</source>
        <translation>Cámaras, tamaños y frecuencias…</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Ajustes…</translation>
    </message>
    <message>
        <source>Keys and help</source>
        <translation>Teclas y ayuda</translation>
    </message>
    <message>
        <source>What the numbers mean</source>
        <translation>Qué significan las cifras</translation>
    </message>
    <message>
        <source>About FER Desktop</source>
        <translation>Acerca de FER Desktop</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausa</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Reproducir</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Detener</translation>
    </message>
    <message>
        <source>Choose the face with this number</source>
        <translation>Elegir la cara con este número</translation>
    </message>
    <message>
        <source>Drag over the timeline: choose a stretch</source>
        <translation>Arrastrar en la línea de tiempo: elegir un tramo</translation>
    </message>
</context>
<context>
    <name>App</name>
    <message>
        <source>No camera was found, so this is the demo clip.</source>
        <translation>No se ha encontrado ninguna cámara; esto es el clip de muestra.</translation>
    </message>
    <message>
        <source>Its faces are averages of many people: they are nobody&apos;s.</source>
        <translation>Sus caras son promedios de muchas personas: no son de nadie.</translation>
    </message>
    <message>
        <source>Something went wrong inside the program ({error}).</source>
        <translation>Algo ha fallado dentro del programa ({error}).</translation>
    </message>
    <message>
        <source>It goes on; please report this.</source>
        <translation>Sigue funcionando; por favor, comuníquelo.</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Close this message</source>
        <translation>Cerrar este mensaje</translation>
    </message>
    <message>
        <source>{count} more</source>
        <translation>{count} más</translation>
    </message>
</context>
<context>
    <name>Bars</name>
    <message>
        <source>Probability of each expression</source>
        <translation>Probabilidad de cada expresión</translation>
    </message>
</context>
<context>
    <name>Cameras</name>
    <message>
        <source>Mirror</source>
        <translation>Espejo</translation>
    </message>
    <message>
        <source>Mirror {name}</source>
        <translation>Espejo para {name}</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Usar</translation>
    </message>
    <message>
        <source>Use {name}</source>
        <translation>Usar {name}</translation>
    </message>
    <message>
        <source>Picture of {name}</source>
        <translation>Imagen de {name}</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>En uso</translation>
    </message>
    <message>
        <source>Size and rate of {name}</source>
        <translation>Tamaño y frecuencia de {name}</translation>
    </message>
    <message>
        <source>Automatic size</source>
        <translation>Tamaño automático</translation>
    </message>
    <message>
        <source>Cameras</source>
        <translation>Cámaras</translation>
    </message>
    <message>
        <source>Here a camera does not tell what it can: these are usual sizes and rates. What it really gives is shown once it is open.</source>
        <translation>Aquí una cámara no dice lo que puede: estos son tamaños y frecuencias habituales. Lo que da de verdad se muestra cuando está abierta.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Mirrored is only what you see: what is analysed, recorded and exported is not. All cameras are switched on while this list is open; nothing of it is kept.</source>
        <translation>En espejo solo está lo que se ve en pantalla: lo que se analiza, se graba y se exporta no lo está. Todas las cámaras están encendidas mientras esta lista está abierta; no se guarda nada de ello.</translation>
    </message>
    <message>
        <source>Looking for cameras …</source>
        <translation>Buscando cámaras …</translation>
    </message>
    <message>
        <source>No camera was found. Plug one in: it appears here by itself.</source>
        <translation>No se ha encontrado ninguna cámara. Conecte una: aparece aquí por sí sola.</translation>
    </message>
    <message>
        <source>Opening …</source>
        <translation>Abriendo …</translation>
    </message>
    <message>
        <source>No picture</source>
        <translation>Sin imagen</translation>
    </message>
    <message>
        <source>In use. It was asked for {asked} and gives {given}.</source>
        <translation>En uso. Se le ha pedido {asked} y da {given}.</translation>
    </message>
    <message>
        <source>In use: {given}</source>
        <translation>En uso: {given}</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Only the first of {count} files was opened.</source>
        <translation>Solo se ha abierto el primero de {count} archivos.</translation>
    </message>
    <message>
        <source>Drop a folder to see all photos in it.</source>
        <translation>Suelte una carpeta para ver todas sus fotos.</translation>
    </message>
    <message>
        <source>Photos and videos</source>
        <translation>Fotos y vídeos</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Todos los archivos</translation>
    </message>
    <message>
        <source>Open a photo or video</source>
        <translation>Abrir una foto o un vídeo</translation>
    </message>
    <message>
        <source>Open a folder of photos</source>
        <translation>Abrir una carpeta de fotos</translation>
    </message>
    <message>
        <source>Open a finished session</source>
        <translation>Abrir una sesión terminada</translation>
    </message>
    <message>
        <source>Open a stream</source>
        <translation>Abrir una emisión</translation>
    </message>
    <message>
        <source>Address, beginning with rtsp:// or http://</source>
        <translation>Dirección que empieza por rtsp:// o http://</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Marker</source>
        <translation>Marca</translation>
    </message>
    <message>
        <source>Marker set.</source>
        <translation>Marca puesta.</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be made ({reason}).</source>
        <translation>No se puede crear la carpeta {folder} ({reason}).</translation>
    </message>
    <message>
        <source>The next recordings are nobody&apos;s in particular.</source>
        <translation>Las próximas grabaciones no son de nadie en particular.</translation>
    </message>
    <message>
        <source>The next recordings are those of {code}.</source>
        <translation>Las próximas grabaciones son de {code}.</translation>
    </message>
    <message>
        <source>Save the notice</source>
        <translation>Guardar el aviso</translation>
    </message>
    <message>
        <source>notice.html</source>
        <translation>aviso.html</translation>
    </message>
    <message>
        <source>Notice saved: {name}</source>
        <translation>Aviso guardado: {name}</translation>
    </message>
    <message>
        <source>Recorded: {name}</source>
        <translation>Grabado: {name}</translation>
    </message>
    <message>
        <source>Look at it</source>
        <translation>Verla</translation>
    </message>
    <message>
        <source>{frames} frames, {analysed} analysed, {faces} with a face.</source>
        <translation>{frames} fotogramas, {analysed} analizados, {faces} con una cara.</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Abrir carpeta</translation>
    </message>
</context>
<context>
    <name>Compact</name>
    <message>
        <source>Small view – FER Desktop</source>
        <translation>Vista pequeña – FER Desktop</translation>
    </message>
</context>
<context>
    <name>Controller</name>
    <message>
        <source>Demo clip</source>
        <translation>Clip de muestra</translation>
    </message>
    <message>
        <source>The system does not let FER Desktop see the camera.</source>
        <translation>El sistema no deja que FER Desktop vea la cámara.</translation>
    </message>
    <message>
        <source>Allow it in the system&apos;s settings under privacy, camera.</source>
        <translation>Permítalo en los ajustes del sistema, en privacidad, cámara.</translation>
    </message>
    <message>
        <source>The recording goes on with what it began with; the change holds after it.</source>
        <translation>La grabación sigue con lo que empezó; el cambio vale después de ella.</translation>
    </message>
</context>
<context>
    <name>Delay</name>
    <message>
        <source>Delay self-test</source>
        <translation>Prueba de retardo</translation>
    </message>
    <message>
        <source>Point the camera at the square, so that it fills the picture. Esc: stop</source>
        <translation>Apunte la cámara al cuadrado, de modo que llene la imagen. Esc: detener</translation>
    </message>
</context>
<context>
    <name>Emotions</name>
    <message>
        <source>anger</source>
        <translation>enfado</translation>
    </message>
    <message>
        <source>disgust</source>
        <translation>asco</translation>
    </message>
    <message>
        <source>fear</source>
        <translation>miedo</translation>
    </message>
    <message>
        <source>happiness</source>
        <translation>alegría</translation>
    </message>
    <message>
        <source>sadness</source>
        <translation>tristeza</translation>
    </message>
    <message>
        <source>surprise</source>
        <translation>sorpresa</translation>
    </message>
    <message>
        <source>neutral</source>
        <translation>neutral</translation>
    </message>
    <message>
        <source>contempt</source>
        <translation>desprecio</translation>
    </message>
    <message>
        <source>unsure</source>
        <translation>dudoso</translation>
    </message>
</context>
<context>
    <name>Errors</name>
    <message>
        <source>&apos;neutral&apos; of head &apos;{name}&apos; has not one value per label</source>
        <translation>«neutral» de la cabeza «{name}» no tiene un valor por etiqueta</translation>
    </message>
    <message>
        <source>&apos;unsure_below&apos; of head &apos;{name}&apos; is not between 0 and 1</source>
        <translation>«unsure_below» de la cabeza «{name}» no está entre 0 y 1</translation>
    </message>
    <message>
        <source>&apos;{folder}&apos; cannot be read ({strerror}).</source>
        <translation>No se puede leer «{folder}» ({strerror}).</translation>
    </message>
    <message>
        <source>&apos;{folder}&apos; cannot be written to ({strerror}).</source>
        <translation>No se puede escribir en «{folder}» ({strerror}).</translation>
    </message>
    <message>
        <source>&apos;{folder}&apos; could not be opened: {error}</source>
        <translation>No se ha podido abrir «{folder}»: {error}</translation>
    </message>
    <message>
        <source>&apos;{folder}&apos; is being recorded.</source>
        <translation>«{folder}» se está grabando.</translation>
    </message>
    <message>
        <source>&apos;{folder}&apos; is being recovered.</source>
        <translation>«{folder}» se está recuperando.</translation>
    </message>
    <message>
        <source>&apos;{folder}&apos; is damaged ({error}).</source>
        <translation>«{folder}» está dañado ({error}).</translation>
    </message>
    <message>
        <source>&apos;{folder}&apos; is gone: it was moved, renamed or removed.</source>
        <translation>«{folder}» ya no está: se ha movido, renombrado o quitado.</translation>
    </message>
    <message>
        <source>&apos;{folder}&apos; is not a folder.</source>
        <translation>«{folder}» no es una carpeta.</translation>
    </message>
    <message>
        <source>&apos;{folder}&apos; is not a session: it has no {FILE}.</source>
        <translation>«{folder}» no es una sesión: no tiene {FILE}.</translation>
    </message>
    <message>
        <source>&apos;{folder}&apos; may not be written to.</source>
        <translation>No hay permiso para escribir en «{folder}».</translation>
    </message>
    <message>
        <source>&apos;{folder}&apos; was recorded by a newer version ({version}).</source>
        <translation>«{folder}» se grabó con una versión más nueva ({version}).</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; belongs to the session in this folder.</source>
        <translation>«{name}» pertenece a la sesión de esta carpeta.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; cannot be read as a picture.</source>
        <translation>«{name}» no se puede leer como imagen.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; cannot be read as a video.</source>
        <translation>«{name}» no se puede leer como vídeo.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; could not be written: {error}</source>
        <translation>No se ha podido escribir «{name}»: {error}</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; gives no picture.</source>
        <translation>«{name}» no da imagen.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; has changed since &apos;{name_}&apos; was made from it.</source>
        <translation>«{name}» ha cambiado desde que se hizo «{name_}» con él.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; has none of the frames of its session.</source>
        <translation>«{name}» no tiene ningún fotograma de su sesión.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; holds sound but no pictures.</source>
        <translation>«{name}» contiene sonido, pero no imágenes.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; holds text, not a video.</source>
        <translation>«{name}» contiene texto, no un vídeo.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; holds {what}, not a picture.</source>
        <translation>«{name}» contiene {what}, no una imagen.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is a picture, not a video.</source>
        <translation>«{name}» es una imagen, no un vídeo.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is a {kind}, of which no film can be made.</source>
        <translation>«{name}» es {kind}, de lo que no se puede hacer un vídeo anotado.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is cut off.</source>
        <translation>«{name}» está cortado.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is cut off: the index at its end is missing.</source>
        <translation>«{name}» está cortado: falta el índice del final.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is empty (0 bytes).</source>
        <translation>«{name}» está vacío (0 bytes).</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is not open.</source>
        <translation>«{name}» no está abierto.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is too large a picture to be opened.</source>
        <translation>«{name}» es una imagen demasiado grande para abrirla.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is {value}, a name that is no Unicode: it cannot be exported.</source>
        <translation>«{name}» es {value}, un nombre que no es Unicode: no se puede exportar.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; needs more memory than there is.</source>
        <translation>«{name}» necesita más memoria de la que hay.</translation>
    </message>
    <message>
        <source>&apos;{out}&apos; is a folder.</source>
        <translation>«{out}» es una carpeta.</translation>
    </message>
    <message>
        <source>&apos;{out}&apos; is there already.</source>
        <translation>«{out}» ya existe.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; cannot be read ({strerror}).</source>
        <translation>No se puede leer «{path}» ({strerror}).</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; cannot be read: {strerror}.</source>
        <translation>No se puede leer «{path}»: {strerror}.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; cannot be unpacked ({strerror}).</source>
        <translation>No se puede desempaquetar «{path}» ({strerror}).</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; has other columns than its session.</source>
        <translation>«{path}» tiene otras columnas que su sesión.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is a device or pipe, not a {what}.</source>
        <translation>«{path}» es un dispositivo o una tubería, no {what}.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is a file.</source>
        <translation>«{path}» es un archivo.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is a folder, not a {what}.</source>
        <translation>«{path}» es una carpeta, no {what}.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is damaged near line {line} ({why}).</source>
        <translation>«{path}» está dañado cerca de la línea {line} ({why}).</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is damaged: {name} is not what was packed.</source>
        <translation>«{path}» está dañado: {name} no es lo que se empaquetó.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is missing.</source>
        <translation>Falta «{path}».</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is neither a session folder nor a research pack ({error}).</source>
        <translation>«{path}» no es ni una carpeta de sesión ni un paquete de investigación ({error}).</translation>
    </message>
    <message>
        <source>&apos;{target}&apos; exists already.</source>
        <translation>«{target}» ya existe.</translation>
    </message>
    <message>
        <source>&apos;{target}&apos; is there already.</source>
        <translation>«{target}» ya existe.</translation>
    </message>
    <message>
        <source>&apos;{text}&apos; is not a port.</source>
        <translation>«{text}» no es un puerto.</translation>
    </message>
    <message>
        <source>&apos;{way}&apos; is not a live link.</source>
        <translation>«{way}» no es un enlace en vivo.</translation>
    </message>
    <message>
        <source>A file in &apos;{folder}&apos; is as large as this disk allows.</source>
        <translation>Un archivo de «{folder}» es tan grande como permite este disco.</translation>
    </message>
    <message>
        <source>A film of {size} x {size_} pixels cannot be written to &apos;{parent}&apos;.</source>
        <translation>No se puede escribir en «{parent}» un vídeo de {size} x {size_} píxeles.</translation>
    </message>
    <message>
        <source>A participant&apos;s code may have {_LONGEST} letters.</source>
        <translation>El código de un participante puede tener {_LONGEST} letras.</translation>
    </message>
    <message>
        <source>A participant&apos;s code may not have signs that cannot be seen.</source>
        <translation>El código de un participante no puede tener signos invisibles.</translation>
    </message>
    <message>
        <source>Analyse it again.</source>
        <translation>Analícelo de nuevo.</translation>
    </message>
    <message>
        <source>Analyse the video again.</source>
        <translation>Analice el vídeo de nuevo.</translation>
    </message>
    <message>
        <source>Analysing {name} failed: {error}</source>
        <translation>Ha fallado el análisis de {name}: {error}</translation>
    </message>
    <message>
        <source>Another program may be using it, or you may lack the permission to use cameras.</source>
        <translation>Puede que otro programa la esté usando, o que usted no tenga permiso para usar cámaras.</translation>
    </message>
    <message>
        <source>Another program may be using it: close that, or plug it in again.</source>
        <translation>Puede que otro programa la esté usando: ciérrelo, o vuelva a conectarla.</translation>
    </message>
    <message>
        <source>CUDA did not start: {splitlines}</source>
        <translation>CUDA no ha arrancado: {splitlines}</translation>
    </message>
    <message>
        <source>CUDA was asked for, but onnxruntime chose the CPU.</source>
        <translation>Se pidió CUDA, pero onnxruntime eligió el procesador.</translation>
    </message>
    <message>
        <source>Change its permissions or choose another one.</source>
        <translation>Cambie sus permisos o elija otra.</translation>
    </message>
    <message>
        <source>Change its permissions or copy it to a folder of your own.</source>
        <translation>Cambie sus permisos o cópielo a una carpeta propia.</translation>
    </message>
    <message>
        <source>Check that the disk can be written to.</source>
        <translation>Compruebe que se puede escribir en el disco.</translation>
    </message>
    <message>
        <source>Check the address, the network and, where it needs one, the password.</source>
        <translation>Compruebe la dirección, la conexión y, si hace falta, la contraseña.</translation>
    </message>
    <message>
        <source>Check the disk and its rights.</source>
        <translation>Compruebe el disco y sus permisos.</translation>
    </message>
    <message>
        <source>Check the disk or choose another folder.</source>
        <translation>Compruebe el disco o elija otra carpeta.</translation>
    </message>
    <message>
        <source>Check the disk or copy the file.</source>
        <translation>Compruebe el disco o copie el archivo.</translation>
    </message>
    <message>
        <source>Check the disk; what it took is kept.</source>
        <translation>Compruebe el disco; lo que llegó a él se conserva.</translation>
    </message>
    <message>
        <source>Check the file and its rights.</source>
        <translation>Compruebe el archivo y sus permisos.</translation>
    </message>
    <message>
        <source>Check the name and the folder.</source>
        <translation>Compruebe el nombre y la carpeta.</translation>
    </message>
    <message>
        <source>Check the name.</source>
        <translation>Compruebe el nombre.</translation>
    </message>
    <message>
        <source>Check the path.</source>
        <translation>Compruebe la ruta.</translation>
    </message>
    <message>
        <source>Choose a file that this dialog exported; nothing was changed.</source>
        <translation>Elija un archivo que haya exportado este diálogo; no se ha cambiado nada.</translation>
    </message>
    <message>
        <source>Choose a file that training exported, or see docs/model-file.md for the format.</source>
        <translation>Elija un archivo exportado por el entrenamiento, o vea el formato en docs/model-file.md.</translation>
    </message>
    <message>
        <source>Choose a file with a video track.</source>
        <translation>Elija un archivo con pista de vídeo.</translation>
    </message>
    <message>
        <source>Choose a folder for the sessions.</source>
        <translation>Elija una carpeta para las sesiones.</translation>
    </message>
    <message>
        <source>Choose a folder of your own.</source>
        <translation>Elija una carpeta propia.</translation>
    </message>
    <message>
        <source>Choose a folder on a disk with another file system.</source>
        <translation>Elija una carpeta en un disco con otro sistema de archivos.</translation>
    </message>
    <message>
        <source>Choose a folder that FER Desktop recorded, or a pack that it made.</source>
        <translation>Elija una carpeta que haya grabado FER Desktop, o un paquete hecho por él.</translation>
    </message>
    <message>
        <source>Choose a folder that FER Desktop recorded.</source>
        <translation>Elija una carpeta que haya grabado FER Desktop.</translation>
    </message>
    <message>
        <source>Choose a folder with {join} files.</source>
        <translation>Elija una carpeta con archivos {join}.</translation>
    </message>
    <message>
        <source>Choose a picture file.</source>
        <translation>Elija un archivo de imagen.</translation>
    </message>
    <message>
        <source>Choose a shorter one.</source>
        <translation>Elija uno más corto.</translation>
    </message>
    <message>
        <source>Choose a stretch that was recorded.</source>
        <translation>Elija un tramo que se haya grabado.</translation>
    </message>
    <message>
        <source>Choose a video file.</source>
        <translation>Elija un archivo de vídeo.</translation>
    </message>
    <message>
        <source>Choose a {what} file.</source>
        <translation>Elija un archivo que sea {what}.</translation>
    </message>
    <message>
        <source>Choose a {what} in it.</source>
        <translation>Elija {what} de su interior.</translation>
    </message>
    <message>
        <source>Choose an ONNX file that cv2.FaceDetectorYN loads, or the detector &apos;{OWN}&apos;.</source>
        <translation>Elija un archivo ONNX que cv2.FaceDetectorYN cargue, o el detector «{OWN}».</translation>
    </message>
    <message>
        <source>Choose an ONNX file that training exported.</source>
        <translation>Elija un archivo ONNX exportado por el entrenamiento.</translation>
    </message>
    <message>
        <source>Choose another folder with --out, or add --replace.</source>
        <translation>Elija otra carpeta con --out, o añada --replace.</translation>
    </message>
    <message>
        <source>Choose another model.</source>
        <translation>Elija otro modelo.</translation>
    </message>
    <message>
        <source>Choose another name with --out, or add --replace.</source>
        <translation>Elija otro nombre con --out, o añada --replace.</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>Elija otro nombre.</translation>
    </message>
    <message>
        <source>Choose another one in the settings.</source>
        <translation>Elija otra en los ajustes.</translation>
    </message>
    <message>
        <source>Choose another one to compare with.</source>
        <translation>Elija otra con la que comparar.</translation>
    </message>
    <message>
        <source>Choose another one, or plug it in again.</source>
        <translation>Elija otra, o vuelva a conectarla.</translation>
    </message>
    <message>
        <source>Choose another place.</source>
        <translation>Elija otro lugar.</translation>
    </message>
    <message>
        <source>Choose auto, cuda or cpu.</source>
        <translation>Elija auto, cuda o cpu.</translation>
    </message>
    <message>
        <source>Choose one of these: {known}.</source>
        <translation>Elija una de estas: {known}.</translation>
    </message>
    <message>
        <source>Choose the detector &apos;{OWN}&apos;, or install opencv-python-headless below 5.</source>
        <translation>Elija el detector «{OWN}», o instale opencv-python-headless anterior a la 5.</translation>
    </message>
    <message>
        <source>Copy it again from its origin, or repair it with the program that recorded it.</source>
        <translation>Cópielo de nuevo desde su origen, o repárelo con el programa que lo grabó.</translation>
    </message>
    <message>
        <source>Copy it again from its origin.</source>
        <translation>Cópielo de nuevo desde su origen.</translation>
    </message>
    <message>
        <source>Copy or record it again.</source>
        <translation>Cópielo o grábelo de nuevo.</translation>
    </message>
    <message>
        <source>Export the model again.</source>
        <translation>Exporte el modelo de nuevo.</translation>
    </message>
    <message>
        <source>Export the network again.</source>
        <translation>Exporte la red de nuevo.</translation>
    </message>
    <message>
        <source>Free some space or choose another folder.</source>
        <translation>Libere espacio o elija otra carpeta.</translation>
    </message>
    <message>
        <source>Give a number from 1 to 65535, as in udp:9000.</source>
        <translation>Dé un número de 1 a 65535, como en udp:9000.</translation>
    </message>
    <message>
        <source>Give one of them, as in udp:9000.</source>
        <translation>Dé uno de ellos, como en udp:9000.</translation>
    </message>
    <message>
        <source>In {name}, &apos;{name_}&apos; is the file &apos;{value}&apos;, which is not here.</source>
        <translation>En {name}, «{name_}» es el archivo «{value}», que aquí no está.</translation>
    </message>
    <message>
        <source>In {name}, &apos;{name_}&apos; is {value}; it can be {allowed}.</source>
        <translation>En {name}, «{name_}» es {value}; puede ser {allowed}.</translation>
    </message>
    <message>
        <source>Install an NVIDIA driver and the CUDA libraries (pip install &apos;fer-desktop[cuda]&apos;; the guide tells how to add them to an installed program), or use --provider cpu.</source>
        <translation>Instale un controlador de NVIDIA y las bibliotecas de CUDA (pip install &apos;fer-desktop[cuda]&apos;; la guía dice cómo añadirlas a un programa instalado), o elija el procesador.</translation>
    </message>
    <message>
        <source>Install it with: pip install pylsl</source>
        <translation>Instálelo con: pip install pylsl</translation>
    </message>
    <message>
        <source>Install liblsl for this system, or use the link over UDP.</source>
        <translation>Instale liblsl para este sistema, o use el enlace por UDP.</translation>
    </message>
    <message>
        <source>Install the program again.</source>
        <translation>Instale el programa de nuevo.</translation>
    </message>
    <message>
        <source>It may be damaged or have no pictures; check that another player shows it.</source>
        <translation>Puede estar dañado o no tener imágenes; compruebe si otro reproductor lo muestra.</translation>
    </message>
    <message>
        <source>It may be damaged; save it again as JPEG or PNG.</source>
        <translation>Puede estar dañado; guárdelo de nuevo como JPEG o PNG.</translation>
    </message>
    <message>
        <source>Known are lsl, udp and udp:PORT.</source>
        <translation>Se conocen lsl, udp y udp:PUERTO.</translation>
    </message>
    <message>
        <source>Make it smaller and try again.</source>
        <translation>Hágala más pequeña e inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>Mend the file, or choose another one; nothing was changed.</source>
        <translation>Corrija el archivo o elija otro; no se ha cambiado nada.</translation>
    </message>
    <message>
        <source>Move it away to make a new one.</source>
        <translation>Muévalo a otro sitio para hacer uno nuevo.</translation>
    </message>
    <message>
        <source>Name a file for the report, such as report.html.</source>
        <translation>Dé un nombre de archivo al informe, como informe.html.</translation>
    </message>
    <message>
        <source>Name a file, folder or URL, &apos;camera:0&apos; or &apos;demo&apos;.</source>
        <translation>Nombre un archivo, una carpeta o una URL, «camera:0» o «demo».</translation>
    </message>
    <message>
        <source>Name a file, such as stretch.csv.</source>
        <translation>Nombre un archivo, como tramo.csv.</translation>
    </message>
    <message>
        <source>Name the folder of the session.</source>
        <translation>Nombre la carpeta de la sesión.</translation>
    </message>
    <message>
        <source>No frame of &apos;{folder}&apos; was analysed.</source>
        <translation>No se analizó ningún fotograma de «{folder}».</translation>
    </message>
    <message>
        <source>No source was named.</source>
        <translation>No se ha nombrado ninguna fuente.</translation>
    </message>
    <message>
        <source>None of the {len} pictures in &apos;{_path}&apos; can be read.</source>
        <translation>No se puede leer ninguna de las {len} imágenes de «{_path}».</translation>
    </message>
    <message>
        <source>Nothing was kept.</source>
        <translation>No se ha guardado nada.</translation>
    </message>
    <message>
        <source>Open it again.</source>
        <translation>Ábralo de nuevo.</translation>
    </message>
    <message>
        <source>Open it as a photo, or rename it to end in .jpg or .png.</source>
        <translation>Ábralo como foto, o cámbiele el nombre para que termine en .jpg o .png.</translation>
    </message>
    <message>
        <source>Open it before seeking.</source>
        <translation>Ábralo antes de saltar en él.</translation>
    </message>
    <message>
        <source>Please report this as a bug.</source>
        <translation>Comuníquelo como un fallo, por favor.</translation>
    </message>
    <message>
        <source>Plug it in again, or choose another source.</source>
        <translation>Vuelva a conectarlo, o elija otra fuente.</translation>
    </message>
    <message>
        <source>Plug it in again.</source>
        <translation>Vuelva a conectarla.</translation>
    </message>
    <message>
        <source>Plug it in and try again.</source>
        <translation>Conéctela e inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>Plug one in, or open a file or the demo.</source>
        <translation>Conecte una, o abra un archivo o el clip de muestra.</translation>
    </message>
    <message>
        <source>Point the camera at the screen so that the square fills the picture, and try again.</source>
        <translation>Apunte la cámara a la pantalla de modo que el cuadrado llene la imagen, e inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>Put that file beside it, or export the network again.</source>
        <translation>Ponga ese archivo a su lado, o exporte la red de nuevo.</translation>
    </message>
    <message>
        <source>Put the disk back or choose another folder.</source>
        <translation>Vuelva a poner el disco o elija otra carpeta.</translation>
    </message>
    <message>
        <source>Reading {name} failed ({error}).</source>
        <translation>Ha fallado la lectura de {name} ({error}).</translation>
    </message>
    <message>
        <source>Reading {name} failed: {error}</source>
        <translation>Ha fallado la lectura de {name}: {error}</translation>
    </message>
    <message>
        <source>Recover it when that is over.</source>
        <translation>Recupérela cuando termine.</translation>
    </message>
    <message>
        <source>Rename that file or folder, and choose it again.</source>
        <translation>Cambie el nombre de ese archivo o carpeta, y elíjalo de nuevo.</translation>
    </message>
    <message>
        <source>Restore it from a copy.</source>
        <translation>Restáurelo desde una copia.</translation>
    </message>
    <message>
        <source>Restore it from a copy; the tables can still be opened.</source>
        <translation>Restáurelo desde una copia; las tablas aún se pueden abrir.</translation>
    </message>
    <message>
        <source>Stopped before the end.</source>
        <translation>Detenido antes del final.</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Detenido.</translation>
    </message>
    <message>
        <source>Switch it off and on again.</source>
        <translation>Desactívelo y actívelo de nuevo.</translation>
    </message>
    <message>
        <source>Take another copy.</source>
        <translation>Tome otra copia.</translation>
    </message>
    <message>
        <source>The GPU cannot be used: {why}</source>
        <translation>No se puede usar la tarjeta gráfica: {why}</translation>
    </message>
    <message>
        <source>The camera &apos;{name}&apos; cannot be opened.</source>
        <translation>No se puede abrir la cámara «{name}».</translation>
    </message>
    <message>
        <source>The camera &apos;{name}&apos; is not there.</source>
        <translation>La cámara «{name}» no está.</translation>
    </message>
    <message>
        <source>The camera gives no pictures.</source>
        <translation>La cámara no da imágenes.</translation>
    </message>
    <message>
        <source>The cascade detector&apos;s file &apos;{path}&apos; is missing.</source>
        <translation>Falta el archivo «{path}» del detector en cascada.</translation>
    </message>
    <message>
        <source>The demo clip is missing from this installation.</source>
        <translation>En esta instalación falta el clip de muestra.</translation>
    </message>
    <message>
        <source>The detector file {path} does not exist.</source>
        <translation>El archivo del detector {path} no existe.</translation>
    </message>
    <message>
        <source>The disk of &apos;{_folder}&apos; does not answer.</source>
        <translation>El disco de «{_folder}» no responde.</translation>
    </message>
    <message>
        <source>The disk of &apos;{folder}&apos; is full.</source>
        <translation>El disco de «{folder}» está lleno.</translation>
    </message>
    <message>
        <source>The folder &apos;{_path}&apos; cannot be read: {strerror}.</source>
        <translation>No se puede leer la carpeta «{_path}»: {strerror}.</translation>
    </message>
    <message>
        <source>The link over UDP goes to one port, not to {join}.</source>
        <translation>El enlace por UDP va a un solo puerto, no a {join}.</translation>
    </message>
    <message>
        <source>The live link cannot be opened ({error}).</source>
        <translation>No se puede abrir el enlace en vivo ({error}).</translation>
    </message>
    <message>
        <source>The live link failed ({error}).</source>
        <translation>El enlace en vivo ha fallado ({error}).</translation>
    </message>
    <message>
        <source>The live link over LSL needs the package pylsl, which is not installed.</source>
        <translation>El enlace en vivo por LSL necesita el paquete pylsl, que no está instalado.</translation>
    </message>
    <message>
        <source>The model file {path} does not exist.</source>
        <translation>El archivo de modelo {path} no existe.</translation>
    </message>
    <message>
        <source>The network could not be loaded ({error}).</source>
        <translation>No se ha podido cargar la red ({error}).</translation>
    </message>
    <message>
        <source>The network fails on every frame: {error}</source>
        <translation>La red falla en cada fotograma: {error}</translation>
    </message>
    <message>
        <source>The old file could not be set aside and will be overwritten.</source>
        <translation>El archivo antiguo no se ha podido apartar y se sobrescribirá.</translation>
    </message>
    <message>
        <source>The old file is kept as {name}.</source>
        <translation>El archivo antiguo se conserva como {name}.</translation>
    </message>
    <message>
        <source>The package pylsl is there, but its library liblsl cannot be loaded ({__name__}).</source>
        <translation>El paquete pylsl está, pero su biblioteca liblsl no se puede cargar ({__name__}).</translation>
    </message>
    <message>
        <source>The picture of this moment cannot be shown: {error}</source>
        <translation>No se puede mostrar la imagen de este momento: {error}</translation>
    </message>
    <message>
        <source>The provider &apos;{provider}&apos; does not exist.</source>
        <translation>El proveedor «{provider}» no existe.</translation>
    </message>
    <message>
        <source>The recording in &apos;{folder}&apos; failed ({error}).</source>
        <translation>La grabación en «{folder}» ha fallado ({error}).</translation>
    </message>
    <message>
        <source>The second network failed: {error}</source>
        <translation>La segunda red ha fallado: {error}</translation>
    </message>
    <message>
        <source>The session has no rows in this stretch.</source>
        <translation>La sesión no tiene filas en este tramo.</translation>
    </message>
    <message>
        <source>The settings could not be saved in {path} ({strerror}).</source>
        <translation>No se han podido guardar los ajustes en {path} ({strerror}).</translation>
    </message>
    <message>
        <source>The settings could not be written to {path} ({strerror}).</source>
        <translation>No se han podido escribir los ajustes en {path} ({strerror}).</translation>
    </message>
    <message>
        <source>The settings file {path} could not be read; the defaults are used.</source>
        <translation>No se ha podido leer el archivo de ajustes {path}; valen los predeterminados.</translation>
    </message>
    <message>
        <source>The stream &apos;{_public_url}&apos; cannot be opened.</source>
        <translation>No se puede abrir la emisión «{_public_url}».</translation>
    </message>
    <message>
        <source>There are no pictures in the folder &apos;{_path}&apos;.</source>
        <translation>No hay imágenes en la carpeta «{_path}».</translation>
    </message>
    <message>
        <source>There is no camera {wanted}.</source>
        <translation>No hay ninguna cámara {wanted}.</translation>
    </message>
    <message>
        <source>There is no camera {wanted}: this computer has no camera that can be found.</source>
        <translation>No hay ninguna cámara {wanted}: en este ordenador no se encuentra ninguna.</translation>
    </message>
    <message>
        <source>There is no file &apos;{path}&apos;.</source>
        <translation>No existe el archivo «{path}».</translation>
    </message>
    <message>
        <source>There is no folder &apos;{_path}&apos;.</source>
        <translation>No existe la carpeta «{_path}».</translation>
    </message>
    <message>
        <source>There is no folder &apos;{path}&apos;.</source>
        <translation>No existe la carpeta «{path}».</translation>
    </message>
    <message>
        <source>There is no session in &apos;{path}&apos;.</source>
        <translation>No hay ninguna sesión en «{path}».</translation>
    </message>
    <message>
        <source>They hold until the program is closed.</source>
        <translation>Valen hasta que se cierre el programa.</translation>
    </message>
    <message>
        <source>They may be damaged; choose another folder.</source>
        <translation>Pueden estar dañadas; elija otra carpeta.</translation>
    </message>
    <message>
        <source>This camera cannot be shown: {error}</source>
        <translation>No se puede mostrar esta cámara: {error}</translation>
    </message>
    <message>
        <source>This device failed ({error}).</source>
        <translation>Este dispositivo ha fallado ({error}).</translation>
    </message>
    <message>
        <source>This version of OpenCV has no cascade detector.</source>
        <translation>Esta versión de OpenCV no tiene detector en cascada.</translation>
    </message>
    <message>
        <source>Try it again.</source>
        <translation>Inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>Type it again.</source>
        <translation>Escríbalo de nuevo.</translation>
    </message>
    <message>
        <source>Update FER Desktop.</source>
        <translation>Actualice FER Desktop.</translation>
    </message>
    <message>
        <source>Wait until that is done.</source>
        <translation>Espere a que termine.</translation>
    </message>
    <message>
        <source>What the network looks at cannot be shown: {error}</source>
        <translation>No se puede mostrar en qué se fija la red: {error}</translation>
    </message>
    <message>
        <source>a number is missing</source>
        <translation>falta un número</translation>
    </message>
    <message>
        <source>any text</source>
        <translation>cualquier texto</translation>
    </message>
    <message>
        <source>camera</source>
        <translation>una cámara</translation>
    </message>
    <message>
        <source>it has no heads</source>
        <translation>no tiene cabezas</translation>
    </message>
    <message>
        <source>it has no metadata entry &apos;{METADATA_KEY}&apos;</source>
        <translation>no tiene la entrada de metadatos «{METADATA_KEY}»</translation>
    </message>
    <message>
        <source>its crop does not say where the box of &apos;{kind}&apos; lies</source>
        <translation>su recorte no dice dónde está el recuadro de «{kind}»</translation>
    </message>
    <message>
        <source>its format is {get}, this program reads {FORMAT}</source>
        <translation>su formato es {get}, y este programa lee {FORMAT}</translation>
    </message>
    <message>
        <source>its input &apos;face&apos; has a fixed number of faces instead of N</source>
        <translation>su entrada «face» tiene un número fijo de caras en vez de N</translation>
    </message>
    <message>
        <source>its input &apos;face&apos; is not float32 of shape (N, 1, {size}, {size_})</source>
        <translation>su entrada «face» no es float32 de forma (N, 1, {size}, {size_})</translation>
    </message>
    <message>
        <source>its inputs are {join} instead of &apos;face&apos;</source>
        <translation>sus entradas son {join} en vez de «face»</translation>
    </message>
    <message>
        <source>its metadata entry &apos;{METADATA_KEY}&apos; is not JSON</source>
        <translation>su entrada de metadatos «{METADATA_KEY}» no es JSON</translation>
    </message>
    <message>
        <source>its metadata has a value of the wrong kind ({error})</source>
        <translation>sus metadatos tienen un valor de tipo equivocado ({error})</translation>
    </message>
    <message>
        <source>its metadata is not an object</source>
        <translation>sus metadatos no son un objeto</translation>
    </message>
    <message>
        <source>its metadata lacks {error}</source>
        <translation>a sus metadatos les falta {error}</translation>
    </message>
    <message>
        <source>other</source>
        <translation>otra cosa</translation>
    </message>
    <message>
        <source>photo</source>
        <translation>una foto</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>una imagen</translation>
    </message>
    <message>
        <source>sound</source>
        <translation>sonido</translation>
    </message>
    <message>
        <source>stream</source>
        <translation>una emisión</translation>
    </message>
    <message>
        <source>text</source>
        <translation>texto</translation>
    </message>
    <message>
        <source>the full path of a folder, or empty</source>
        <translation>la ruta completa de una carpeta, o vacío</translation>
    </message>
    <message>
        <source>the labels of head &apos;{name}&apos; are not {join}</source>
        <translation>las etiquetas de la cabeza «{name}» no son {join}</translation>
    </message>
    <message>
        <source>the output &apos;cam&apos; is missing</source>
        <translation>falta la salida «cam»</translation>
    </message>
    <message>
        <source>the output &apos;{output}&apos; has not one value per label</source>
        <translation>la salida «{output}» no tiene un valor por etiqueta</translation>
    </message>
    <message>
        <source>the output &apos;{output}&apos; is missing</source>
        <translation>falta la salida «{output}»</translation>
    </message>
    <message>
        <source>the temperature of head &apos;{name}&apos; is not positive</source>
        <translation>la temperatura de la cabeza «{name}» no es positiva</translation>
    </message>
    <message>
        <source>video</source>
        <translation>un vídeo</translation>
    </message>
    <message>
        <source>{allowed} or the path of a file</source>
        <translation>{allowed} o la ruta de un archivo</translation>
    </message>
    <message>
        <source>{len} cells instead of {len_}</source>
        <translation>{len} celdas en vez de {len_}</translation>
    </message>
    <message>
        <source>{name} breaks the model contract: {part}.</source>
        <translation>{name} no cumple el contrato de modelos: {part}.</translation>
    </message>
    <message>
        <source>{name} cannot be run: {splitlines}</source>
        <translation>{name} no se puede ejecutar: {splitlines}</translation>
    </message>
    <message>
        <source>{name} comes without {name_}, so what the network looks at cannot be shown.</source>
        <translation>{name} viene sin {name_}, así que no se puede mostrar en qué se fija la red.</translation>
    </message>
    <message>
        <source>{name} did not see the square flash ({len} of {len_} changes).</source>
        <translation>{name} no ha visto el destello del cuadrado ({len} de {len_} cambios).</translation>
    </message>
    <message>
        <source>{name} does not fit {name_}, so what the network looks at cannot be shown.</source>
        <translation>{name} no encaja con {name_}, así que no se puede mostrar en qué se fija la red.</translation>
    </message>
    <message>
        <source>{name} has a setting that does not exist here: &apos;{name_}&apos;.</source>
        <translation>{name} tiene un ajuste que aquí no existe: «{name_}».</translation>
    </message>
    <message>
        <source>{name} holds no settings of FER Desktop.</source>
        <translation>{name} no contiene ajustes de FER Desktop.</translation>
    </message>
    <message>
        <source>{name} is gone.</source>
        <translation>{name} ya no está.</translation>
    </message>
    <message>
        <source>{name} is not a face detector in YuNet&apos;s format.</source>
        <translation>{name} no es un detector de caras en el formato de YuNet.</translation>
    </message>
    <message>
        <source>{name} is not a network that can be loaded.</source>
        <translation>{name} no es una red que se pueda cargar.</translation>
    </message>
    <message>
        <source>{name} is not a readable ONNX file.</source>
        <translation>{name} no es un archivo ONNX legible.</translation>
    </message>
    <message>
        <source>{name} is not a settings file: it is no valid JSON.</source>
        <translation>{name} no es un archivo de ajustes: no es JSON válido.</translation>
    </message>
    <message>
        <source>{name} is too large to be a settings file.</source>
        <translation>{name} es demasiado grande para ser un archivo de ajustes.</translation>
    </message>
    <message>
        <source>{name} was exported by a newer version.</source>
        <translation>{name} se exportó con una versión más nueva.</translation>
    </message>
    <message>
        <source>{path} cannot be read ({reason}).</source>
        <translation>No se puede leer {path} ({reason}).</translation>
    </message>
    <message>
        <source>{path} does not exist.</source>
        <translation>{path} no existe.</translation>
    </message>
    <message>
        <source>{title} could not be opened.</source>
        <translation>No se ha podido abrir {title}.</translation>
    </message>
</context>
<context>
    <name>Export</name>
    <message>
        <source>Excel workbook</source>
        <translation>Libro de Excel</translation>
    </message>
    <message>
        <source>Log, states, events, summary and dictionary, a sheet each.</source>
        <translation>Registro, estados, eventos, resumen y diccionario, cada uno en una hoja.</translation>
    </message>
    <message>
        <source>Tables (CSV)</source>
        <translation>Tablas (CSV)</translation>
    </message>
    <message>
        <source>The session&apos;s own tables, a summary, and what every column means.</source>
        <translation>Las tablas de la propia sesión, un resumen y lo que significa cada columna.</translation>
    </message>
    <message>
        <source>Research pack</source>
        <translation>Paquete de investigación</translation>
    </message>
    <message>
        <source>One file with all forms, a methods paragraph and the model card. Opens again as a session.</source>
        <translation>Un archivo con todas las formas, un párrafo de métodos y la ficha del modelo. Se abre de nuevo como sesión.</translation>
    </message>
    <message>
        <source>ELAN</source>
        <translation>ELAN</translation>
    </message>
    <message>
        <source>A tier for each face and one for events, linked with the video.</source>
        <translation>Una línea por cada cara y otra para los eventos, enlazadas con el vídeo.</translation>
    </message>
    <message>
        <source>Parquet</source>
        <translation>Parquet</translation>
    </message>
    <message>
        <source>Typed columns for Python, R and databases.</source>
        <translation>Columnas con tipo para Python, R y bases de datos.</translation>
    </message>
    <message>
        <source>BIDS</source>
        <translation>BIDS</translation>
    </message>
    <message>
        <source>Events and evenly sampled faces, as brain imaging studies keep them.</source>
        <translation>Eventos y caras muestreadas por igual, como las guardan los estudios de neuroimagen.</translation>
    </message>
    <message>
        <source>OpenFace</source>
        <translation>OpenFace</translation>
    </message>
    <message>
        <source>For scripts that read OpenFace 2.</source>
        <translation>Para programas que leen OpenFace 2.</translation>
    </message>
    <message>
        <source>FaceReader</source>
        <translation>FaceReader</translation>
    </message>
    <message>
        <source>A detailed and a state log of each face.</source>
        <translation>Un registro detallado y otro de estados de cada cara.</translation>
    </message>
    <message>
        <source>Export the session</source>
        <translation>Exportar la sesión</translation>
    </message>
    <message>
        <source>Annotated video</source>
        <translation>Vídeo anotado</translation>
    </message>
    <message>
        <source>Hide all faces in it</source>
        <translation>Ocultar en él todas las caras</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Cambiar…</translation>
    </message>
    <message>
        <source>Change the folder that the exports go to</source>
        <translation>Cambiar la carpeta a la que van las exportaciones</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>The file&apos;s pictures and sound with boxes, labels and bars.</source>
        <translation>Las imágenes y el sonido del archivo con recuadros, etiquetas y barras.</translation>
    </message>
    <message>
        <source>Only of sessions that were made from a video file.</source>
        <translation>Solo de sesiones hechas a partir de un archivo de vídeo.</translation>
    </message>
    <message>
        <source>To: {folder}</source>
        <translation>En: {folder}</translation>
    </message>
    <message>
        <source>There already, and replaced: {names}</source>
        <translation>Ya existen y se reemplazan: {names}</translation>
    </message>
    <message>
        <source>Where the exports go</source>
        <translation>Adónde van las exportaciones</translation>
    </message>
</context>
<context>
    <name>FacePanel</name>
    <message>
        <source>Chosen face</source>
        <translation>Cara elegida</translation>
    </message>
    <message>
        <source>No face</source>
        <translation>Ninguna cara</translation>
    </message>
    <message>
        <source>Face and expression</source>
        <translation>Cara y expresión</translation>
    </message>
    <message>
        <source>no expression stands out</source>
        <translation>ninguna destaca</translation>
    </message>
    <message>
        <source>{percent} % sure</source>
        <translation>{percent} % de certeza</translation>
    </message>
    <message>
        <source>for {seconds} s</source>
        <translation>desde hace {seconds} s</translation>
    </message>
    <message>
        <source>{count} in view</source>
        <translation>{count} a la vista</translation>
    </message>
    <message>
        <source>{count} hidden</source>
        <translation>{count} ocultas</translation>
    </message>
    <message>
        <source>Not live: {time}</source>
        <translation>No es directo: {time}</translation>
    </message>
    <message>
        <source>{time} ago</source>
        <translation>hace {time}</translation>
    </message>
    <message>
        <source>At {time}</source>
        <translation>En {time}</translation>
    </message>
</context>
<context>
    <name>Faces</name>
    <message>
        <source>Name of face {id}</source>
        <translation>Nombre de la cara {id}</translation>
    </message>
    <message>
        <source>Forgotten with the source; a recording keeps it. Empty: no name.</source>
        <translation>Se olvida al cerrar la fuente; una grabación lo guarda. Vacío: sin nombre.</translation>
    </message>
    <message>
        <source>Forgotten with this view; the session stays as it is. Empty: no name.</source>
        <translation>Se olvida al cerrar esta vista; la sesión no cambia. Vacío: sin nombre.</translation>
    </message>
    <message>
        <source>Name it</source>
        <translation>Dar nombre</translation>
    </message>
    <message>
        <source>The name was cut after {count} characters.</source>
        <translation>El nombre se ha cortado tras {count} caracteres.</translation>
    </message>
    <message>
        <source>{face} is hidden. It is still analysed and recorded.</source>
        <translation>{face}: oculta. Se sigue analizando y grabando.</translation>
    </message>
    <message>
        <source>{face} is hidden. The session stays as it is.</source>
        <translation>{face}: oculta. La sesión no cambia.</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>Mostrarla</translation>
    </message>
</context>
<context>
    <name>Help</name>
    <message>
        <source>Keys</source>
        <translation>Teclas</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>&amp;Open</source>
        <translation>&amp;Abrir</translation>
    </message>
    <message>
        <source>&amp;Playback</source>
        <translation>&amp;Reproducción</translation>
    </message>
    <message>
        <source>&amp;Session</source>
        <translation>&amp;Sesión</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ver</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>A&amp;yuda</translation>
    </message>
    <message>
        <source>Face {number}</source>
        <translation>Cara {number}</translation>
    </message>
    <message>
        <source>Choose what to look at</source>
        <translation>Elegir qué se mira</translation>
    </message>
    <message>
        <source>Toolbar</source>
        <translation>Barra de herramientas</translation>
    </message>
    <message>
        <source>More buttons</source>
        <translation>Más botones</translation>
    </message>
    <message>
        <source>Choose a source</source>
        <translation>Elegir una fuente</translation>
    </message>
    <message>
        <source>Source: {name}</source>
        <translation>Fuente: {name}</translation>
    </message>
    <message>
        <source>No camera found</source>
        <translation>No hay ninguna cámara</translation>
    </message>
    <message>
        <source>Nothing opened yet</source>
        <translation>Aún no se ha abierto nada</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Cámara</translation>
    </message>
    <message>
        <source>Opened recently</source>
        <translation>Abierto hace poco</translation>
    </message>
    <message>
        <source>Choose a face</source>
        <translation>Elegir una cara</translation>
    </message>
</context>
<context>
    <name>MyNeutral</name>
    <message>
        <source>There is no face whose neutral expression could be taken.</source>
        <translation>No hay ninguna cara cuya expresión neutral se pueda tomar.</translation>
    </message>
    <message>
        <source>A neutral expression takes three seconds of moving pictures.</source>
        <translation>Tomar la expresión neutral requiere tres segundos de imagen en movimiento.</translation>
    </message>
    <message>
        <source>Press play first.</source>
        <translation>Pulsa antes reproducir.</translation>
    </message>
    <message>
        <source>Face {id}: expressions are counted from this neutral face now.</source>
        <translation>Cara {id}: las expresiones se cuentan ahora desde esta cara neutral.</translation>
    </message>
    <message>
        <source>Outlines show the values without it.</source>
        <translation>Los contornos muestran los valores sin ella.</translation>
    </message>
    <message>
        <source>The face was lost before the three seconds were over.</source>
        <translation>La cara se perdió antes de que pasaran los tres segundos.</translation>
    </message>
    <message>
        <source>The face moved too much to be taken as neutral.</source>
        <translation>La cara se movió demasiado para tomarla como neutral.</translation>
    </message>
    <message>
        <source>The expression changed too much to be taken as neutral.</source>
        <translation>La expresión cambió demasiado para tomarla como neutral.</translation>
    </message>
    <message>
        <source>Too few pictures were analysed in three seconds.</source>
        <translation>Se analizaron muy pocas imágenes en tres segundos.</translation>
    </message>
    <message>
        <source>Hold still, look calm, and try again.</source>
        <translation>No te muevas, relaja la cara e inténtalo de nuevo.</translation>
    </message>
    <message>
        <source>Face {id} is read without its neutral expression.</source>
        <translation>La cara {id} se lee sin su expresión neutral.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>The numbers say which expression a face shows to a network, not what a person feels. They shift with pose, light, age and culture.</source>
        <translation>Las cifras dicen qué expresión ve una red en una cara, no lo que siente una persona. Cambian con la postura, la luz, la edad y la cultura.</translation>
    </message>
    <message>
        <source>In the EU it is prohibited to infer the emotions of staff or pupils, save for medical or safety reasons (AI Act, Article 5(1)(f)).</source>
        <translation>En la UE está prohibido inferir las emociones de trabajadores o alumnos, salvo por motivos médicos o de seguridad (Reglamento de IA, artículo 5.1.f).</translation>
    </message>
    <message>
        <source>Tell everybody whom you record or analyse (AI Act, Article 50(3)). Nothing leaves this computer, unless you switch a live link on.</source>
        <translation>Avise a toda persona a la que grabe o analice (Reglamento de IA, artículo 50.3). Nada sale de este ordenador, salvo que active un enlace en vivo.</translation>
    </message>
    <message>
        <source>Before you start</source>
        <translation>Antes de empezar</translation>
    </message>
    <message>
        <source>Understood</source>
        <translation>Entendido</translation>
    </message>
</context>
<context>
    <name>Outputs</name>
    <message>
        <source>the participant&apos;s code ({code})</source>
        <translation>el código del participante ({code})</translation>
    </message>
    <message>
        <source>a consent, noted by {name}</source>
        <translation>un consentimiento, anotado por {name}</translation>
    </message>
    <message>
        <source>names given to faces ({names})</source>
        <translation>nombres dados a caras ({names})</translation>
    </message>
    <message>
        <source>notes about stretches</source>
        <translation>notas sobre tramos</translation>
    </message>
    <message>
        <source>Before you hand on {files}, look at what goes along: {parts}.</source>
        <translation>Antes de entregar {files}, mire lo que va con ello: {parts}.</translation>
    </message>
    <message>
        <source>Report of {name}</source>
        <translation>Informe de {name}</translation>
    </message>
    <message>
        <source>Export the rows of this stretch</source>
        <translation>Exportar las filas de este tramo</translation>
    </message>
    <message>
        <source>{count} rows of the log.</source>
        <translation>{count} filas del registro.</translation>
    </message>
    <message>
        <source>Written: {name}</source>
        <translation>Escrito: {name}</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Writing {name} … {percent} %</source>
        <translation>Escribiendo {name} … {percent} %</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>Participant</name>
    <message>
        <source>{days} days after it was made</source>
        <translation>{days} días después de hacerse</translation>
    </message>
    <message>
        <source>Participant and consent</source>
        <translation>Participante y consentimiento</translation>
    </message>
    <message>
        <source>Notice for the recorded person</source>
        <translation>Aviso para la persona grabada</translation>
    </message>
    <message>
        <source>A code, not a name. Empty: nobody</source>
        <translation>Un código, no un nombre. Vacío: nadie</translation>
    </message>
    <message>
        <source>This person has read the notice and agrees.</source>
        <translation>Esta persona ha leído el aviso y está de acuerdo.</translation>
    </message>
    <message>
        <source>Your name or initials</source>
        <translation>Su nombre o iniciales</translation>
    </message>
    <message>
        <source>Participant</source>
        <translation>Participante</translation>
    </message>
    <message>
        <source>Consent noted by</source>
        <translation>Consentimiento anotado por</translation>
    </message>
    <message>
        <source>Record as this person</source>
        <translation>Grabar como esta persona</translation>
    </message>
    <message>
        <source>Record as nobody in particular</source>
        <translation>Grabar sin participante</translation>
    </message>
    <message>
        <source>A consent needs the participant&apos;s code.</source>
        <translation>Un consentimiento necesita el código del participante.</translation>
    </message>
    <message>
        <source>A consent needs the name of who notes it.</source>
        <translation>Un consentimiento necesita el nombre de quien lo anota.</translation>
    </message>
</context>
<context>
    <name>People</name>
    <message>
        <source>Face {id}</source>
        <translation>Cara {id}</translation>
    </message>
    <message>
        <source>{name} ({id})</source>
        <translation>{name} ({id})</translation>
    </message>
</context>
<context>
    <name>Quality</name>
    <message>
        <source>Good picture</source>
        <translation>Buena imagen</translation>
    </message>
    <message>
        <source>more light on the face</source>
        <translation>más luz en la cara</translation>
    </message>
    <message>
        <source>less light on the face</source>
        <translation>menos luz en la cara</translation>
    </message>
    <message>
        <source>come closer</source>
        <translation>acérquese</translation>
    </message>
    <message>
        <source>hold still, or focus</source>
        <translation>quédese quieto o enfoque</translation>
    </message>
    <message>
        <source>hold the head upright</source>
        <translation>mantenga la cabeza recta</translation>
    </message>
    <message>
        <source>move into the picture</source>
        <translation>entre en la imagen</translation>
    </message>
    <message>
        <source>turn towards the camera</source>
        <translation>gire hacia la cámara</translation>
    </message>
    <message>
        <source>Fair: {hint}</source>
        <translation>Regular: {hint}</translation>
    </message>
    <message>
        <source>Poor: {hint}</source>
        <translation>Mala: {hint}</translation>
    </message>
    <message>
        <source>How well this face can be read: light, size, sharpness, pose</source>
        <translation>Qué tan bien se lee esta cara: luz, tamaño, nitidez, postura</translation>
    </message>
</context>
<context>
    <name>Readout</name>
    <message>
        <source>No face</source>
        <translation>Ninguna cara</translation>
    </message>
    <message>
        <source>{face}: {label}</source>
        <translation>{face}: {label}</translation>
    </message>
</context>
<context>
    <name>Reminder</name>
    <message>
        <source>Recordings past their last day: {count}.</source>
        <translation>Grabaciones cuyo plazo ha vencido: {count}.</translation>
    </message>
    <message>
        <source>&apos;fer-desktop expired&apos; lists them.</source>
        <translation>«fer-desktop expired» las enumera.</translation>
    </message>
</context>
<context>
    <name>Rescue</name>
    <message>
        <source>A recording was cut off: {name}.</source>
        <translation>Una grabación quedó interrumpida: {name}.</translation>
    </message>
    <message>
        <source>{count} recordings were cut off.</source>
        <translation>{count} grabaciones quedaron interrumpidas.</translation>
    </message>
    <message>
        <source>What was written until then is there and can be made whole.</source>
        <translation>Lo escrito hasta entonces está ahí y se puede completar.</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>Recuperar</translation>
    </message>
    <message>
        <source>Recovering {number} of {count}: {name}</source>
        <translation>Recuperando {number} de {count}: {name}</translation>
    </message>
    <message>
        <source>Recovered: {name} ({frames} frames, {seconds} s).</source>
        <translation>Recuperada: {name} ({frames} fotogramas, {seconds} s).</translation>
    </message>
    <message>
        <source>{count} recordings are recovered.</source>
        <translation>{count} grabaciones recuperadas.</translation>
    </message>
</context>
<context>
    <name>Second</name>
    <message>
        <source>Hollow bars: {network}</source>
        <translation>Barras huecas: {network}</translation>
    </message>
    <message>
        <source>Hollow bars: {network} says {label} too</source>
        <translation>Barras huecas: {network} también dice {label}</translation>
    </message>
    <message>
        <source>Hollow bars: {network} says {label} ≠</source>
        <translation>Barras huecas: {network} dice {label} ≠</translation>
    </message>
    <message>
        <source>Hollow bars: {network} says {label}</source>
        <translation>Barras huecas: {network} dice {label}</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>Theme</source>
        <translation>Tema</translation>
    </message>
    <message>
        <source>Automatic follows the system.</source>
        <translation>Automático: como el sistema.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automático</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Claro</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Oscuro</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Tamaño del texto</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Idioma</translation>
    </message>
    <message>
        <source>Screen reader</source>
        <translation>Lector de pantalla</translation>
    </message>
    <message>
        <source>Changes only, at most every four seconds; silent without a screen reader.</source>
        <translation>Solo los cambios, como mucho cada cuatro segundos; sin lector de pantalla, silencio.</translation>
    </message>
    <message>
        <source>Say the expression</source>
        <translation>Decir la expresión</translation>
    </message>
    <message>
        <source>Say nothing</source>
        <translation>No decir nada</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Red neuronal</translation>
    </message>
    <message>
        <source>One that comes along, or an ONNX file of the model contract.</source>
        <translation>Una de las incluidas o un archivo ONNX que cumpla el contrato de modelos.</translation>
    </message>
    <message>
        <source>Accurate</source>
        <translation>Precisa</translation>
    </message>
    <message>
        <source>Small: for weak machines and many faces</source>
        <translation>Pequeña: para equipos modestos y muchas caras</translation>
    </message>
    <message>
        <source>Compare with</source>
        <translation>Comparar con</translation>
    </message>
    <message>
        <source>A second network beside the first, on screen only: never recorded.</source>
        <translation>Una segunda red junto a la primera, solo en pantalla: nunca se graba.</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>Nada</translation>
    </message>
    <message>
        <source>Face detector</source>
        <translation>Detector de caras</translation>
    </message>
    <message>
        <source>One that comes along (the cascade needs OpenCV 4), or an ONNX file like YuNet.</source>
        <translation>Uno de los incluidos (la cascada requiere OpenCV 4) o un archivo ONNX como YuNet.</translation>
    </message>
    <message>
        <source>Cascade: upright frontal faces only</source>
        <translation>Cascada: solo rostros de frente y erguidos</translation>
    </message>
    <message>
        <source>Computed on</source>
        <translation>Se calcula en</translation>
    </message>
    <message>
        <source>The status line shows what is really used.</source>
        <translation>La línea de estado muestra lo que se usa de verdad.</translation>
    </message>
    <message>
        <source>Graphics card (CUDA)</source>
        <translation>Tarjeta gráfica (CUDA)</translation>
    </message>
    <message>
        <source>Processor (CPU)</source>
        <translation>Procesador (CPU)</translation>
    </message>
    <message>
        <source>Smoothing on screen</source>
        <translation>Suavizado en pantalla</translation>
    </message>
    <message>
        <source>The raw values in the log are never smoothed.</source>
        <translation>Los valores brutos del registro nunca se suavizan.</translation>
    </message>
    <message>
        <source>Quick (0.08 s)</source>
        <translation>Rápido (0,08 s)</translation>
    </message>
    <message>
        <source>Normal (0.2 s)</source>
        <translation>Normal (0,2 s)</translation>
    </message>
    <message>
        <source>Calm (0.5 s)</source>
        <translation>Tranquilo (0,5 s)</translation>
    </message>
    <message>
        <source>Pictures to look back at</source>
        <translation>Imágenes para mirar atrás</translation>
    </message>
    <message>
        <source>Of cameras, in memory only: never on the disk, gone with the window.</source>
        <translation>De cámaras, solo en memoria: nunca en el disco, se van con la ventana.</translation>
    </message>
    <message>
        <source>Not kept</source>
        <translation>No se guardan</translation>
    </message>
    <message>
        <source>The last two minutes</source>
        <translation>Los últimos dos minutos</translation>
    </message>
    <message>
        <source>Sessions folder</source>
        <translation>Carpeta de sesiones</translation>
    </message>
    <message>
        <source>Where recordings go. Empty: FER Desktop in your documents.</source>
        <translation>Donde van las grabaciones. Vacío: FER Desktop en sus documentos.</translation>
    </message>
    <message>
        <source>Keep recordings for</source>
        <translation>Conservar grabaciones</translation>
    </message>
    <message>
        <source>Reminds you when the time is over; never deletes by itself.</source>
        <translation>Le avisa cuando vence el plazo; nunca borra por sí mismo.</translation>
    </message>
    <message>
        <source>No date</source>
        <translation>Sin fecha</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>30 días</translation>
    </message>
    <message>
        <source>90 days</source>
        <translation>90 días</translation>
    </message>
    <message>
        <source>One year</source>
        <translation>Un año</translation>
    </message>
    <message>
        <source>Five years</source>
        <translation>Cinco años</translation>
    </message>
    <message>
        <source>Ten years</source>
        <translation>Diez años</translation>
    </message>
    <message>
        <source>Who records</source>
        <translation>Quién graba</translation>
    </message>
    <message>
        <source>Name and address, for the notice that participants read.</source>
        <translation>Nombre y dirección, para el aviso que leen los participantes.</translation>
    </message>
    <message>
        <source>Contact</source>
        <translation>Contacto</translation>
    </message>
    <message>
        <source>Whom participants may ask, for the same notice.</source>
        <translation>A quién pueden preguntar los participantes, para el mismo aviso.</translation>
    </message>
    <message>
        <source>What for</source>
        <translation>Para qué</translation>
    </message>
    <message>
        <source>The purpose of your recordings, for the same notice.</source>
        <translation>La finalidad de sus grabaciones, para el mismo aviso.</translation>
    </message>
    <message>
        <source>Live link</source>
        <translation>Enlace en vivo</translation>
    </message>
    <message>
        <source>Numbers, never pictures. UDP stays on this computer; LSL reaches the local network.</source>
        <translation>Números, nunca imágenes. UDP no sale de este ordenador; LSL llega a la red local.</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Desactivado</translation>
    </message>
    <message>
        <source>JSON over UDP (127.0.0.1, port 17817)</source>
        <translation>JSON por UDP (127.0.0.1, puerto 17817)</translation>
    </message>
    <message>
        <source>Lab Streaming Layer (LSL)</source>
        <translation>Lab Streaming Layer (LSL)</translation>
    </message>
    <message>
        <source>Markers from LSL</source>
        <translation>Marcas desde LSL</translation>
    </message>
    <message>
        <source>A stream&apos;s name, or &apos;any&apos;: its markers become events of the recording. Empty: none.</source>
        <translation>Nombre de un flujo, o &apos;any&apos;: sus marcas serán eventos de la grabación. Vacío: ninguno.</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Ajustes</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportar…</translation>
    </message>
    <message>
        <source>All of this as a file, for another computer. Cameras and recent files are not in it.</source>
        <translation>Todo esto en un archivo, para otro ordenador. No incluye cámaras ni archivos recientes.</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Importar…</translation>
    </message>
    <message>
        <source>Such a file, at once. One with anything wrong in it changes nothing.</source>
        <translation>Un archivo así, al momento. Si algo en él está mal, no cambia nada.</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Restablecer</translation>
    </message>
    <message>
        <source>Everything here as it was at first. Undo brings it back.</source>
        <translation>Todo como estaba al principio. Deshacer lo recupera.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>All of these</source>
        <translation>Todo esto</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Por defecto</translation>
    </message>
    <message>
        <source>Export the settings</source>
        <translation>Exportar los ajustes</translation>
    </message>
    <message>
        <source>Import settings</source>
        <translation>Importar ajustes</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Elegir…</translation>
    </message>
    <message>
        <source>Choose: {title}</source>
        <translation>Elegir: {title}</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>Stage</name>
    <message>
        <source>Opening {name} …</source>
        <translation>Abriendo {name} …</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Opening {name} … {percent} %</source>
        <translation>Abriendo {name} … {percent} %</translation>
    </message>
    <message>
        <source>Waiting for the first picture …</source>
        <translation>Esperando la primera imagen …</translation>
    </message>
    <message>
        <source>Choose another source</source>
        <translation>Elegir otra fuente</translation>
    </message>
    <message>
        <source>Nothing was analysed in this session.</source>
        <translation>En esta sesión no se analizó nada.</translation>
    </message>
    <message>
        <source>Recordings of cameras keep no pictures.</source>
        <translation>Las grabaciones de cámaras no guardan imágenes.</translation>
    </message>
    <message>
        <source>{name} has changed or is not where it was.</source>
        <translation>{name} ha cambiado o no está donde estaba.</translation>
    </message>
    <message>
        <source>{time}, {ago} ago</source>
        <translation>{time}, hace {ago}</translation>
    </message>
    <message>
        <source>Back to live</source>
        <translation>Volver al directo</translation>
    </message>
    <message>
        <source>{when}  ·  picture no longer kept</source>
        <translation>{when}  ·  la imagen ya no se guarda</translation>
    </message>
    <message>
        <source>{when}  ·  no picture was kept</source>
        <translation>{when}  ·  no se guardó imagen</translation>
    </message>
    <message>
        <source>Keep the last 2 minutes</source>
        <translation>Guardar los últimos 2 minutos</translation>
    </message>
    <message>
        <source>Open it again</source>
        <translation>Abrir de nuevo</translation>
    </message>
    <message>
        <source>{name} is gone. It goes on by itself as soon as it is back.</source>
        <translation>{name} ha desaparecido. Seguirá por sí sola en cuanto vuelva.</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>En pausa</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Reproducir</translation>
    </message>
    <message>
        <source>The end</source>
        <translation>Fin</translation>
    </message>
    <message>
        <source>Play again</source>
        <translation>Repetir</translation>
    </message>
    <message>
        <source>The file is cut off here. Copy it again from its origin.</source>
        <translation>El archivo está cortado aquí. Cópielo de nuevo desde su origen.</translation>
    </message>
    <message>
        <source>The end. The file is damaged: frames that could not be read: {count}.</source>
        <translation>Fin. El archivo está dañado: fotogramas que no se pudieron leer: {count}.</translation>
    </message>
    <message>
        <source>Hold still and look calm … {seconds} s</source>
        <translation>No te muevas y relaja la cara … {seconds} s</translation>
    </message>
    <message>
        <source>Too dark to see a face. More light helps.</source>
        <translation>Demasiado oscuro para ver una cara. Más luz ayuda.</translation>
    </message>
    <message>
        <source>The face is too small to be read. Come closer.</source>
        <translation>La cara es demasiado pequeña para leerla. Acérquese.</translation>
    </message>
    <message>
        <source>The face has left the picture.</source>
        <translation>La cara ha salido de la imagen.</translation>
    </message>
    <message>
        <source>These frames could not be analysed.</source>
        <translation>Estos fotogramas no se han podido analizar.</translation>
    </message>
    <message>
        <source>No face in the picture. Come closer, or give more light.</source>
        <translation>No hay ninguna cara en la imagen. Acérquese o dé más luz.</translation>
    </message>
    <message>
        <source>Nothing is open. Drop a photo, a video or a folder here, or try the demo clip.</source>
        <translation>No hay nada abierto. Suelte aquí una foto, un vídeo o una carpeta, o pruebe el clip de muestra.</translation>
    </message>
    <message>
        <source>Open the demo clip</source>
        <translation>Abrir el clip de muestra</translation>
    </message>
    <message>
        <source>The faces in this photo are too dark or too small to be read.</source>
        <translation>Las caras de esta foto son demasiado oscuras o pequeñas para leerlas.</translation>
    </message>
    <message>
        <source>No face was found in this photo.</source>
        <translation>No se ha encontrado ninguna cara en esta foto.</translation>
    </message>
    <message>
        <source>Open another</source>
        <translation>Abrir otra</translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message>
        <source>Frames that the source gives each second</source>
        <translation>Fotogramas que da la fuente cada segundo</translation>
    </message>
    <message>
        <source>Frames that are analysed each second</source>
        <translation>Fotogramas analizados cada segundo</translation>
    </message>
    <message>
        <source>From capture to screen: the median, and what 95 % of the frames stay under</source>
        <translation>De la captura a la pantalla: la mediana, y lo que no supera el 95 % de los fotogramas</translation>
    </message>
    <message>
        <source>Frames that were passed over because a newer one was there</source>
        <translation>Fotogramas omitidos porque ya había uno más nuevo</translation>
    </message>
    <message>
        <source>The network, where it is really computed, and the live link, if there is one</source>
        <translation>La red, dónde se calcula realmente y el enlace en vivo, si lo hay</translation>
    </message>
    <message>
        <source>Time of this recording</source>
        <translation>Duración de esta grabación</translation>
    </message>
    <message>
        <source>{rate} frames/s in</source>
        <translation>{rate} fotogramas/s</translation>
    </message>
    <message>
        <source>{rate} analysed/s</source>
        <translation>{rate} analizados/s</translation>
    </message>
    <message>
        <source>{median} ms to screen (95 %: {high})</source>
        <translation>{median} ms a pantalla (95 %: {high})</translation>
    </message>
    <message>
        <source>{count} dropped</source>
        <translation>{count} omitidos</translation>
    </message>
</context>
<context>
    <name>Stretch</name>
    <message>
        <source>{count} frames</source>
        <translation>{count} fotogramas</translation>
    </message>
    <message>
        <source>face seen {percent} %</source>
        <translation>cara visible {percent} %</translation>
    </message>
    <message>
        <source>share</source>
        <translation>parte</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>media</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Nota</translation>
    </message>
    <message>
        <source>What is to be kept about this stretch, in the session</source>
        <translation>Qué debe constar de este tramo, en la sesión</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Añadir</translation>
    </message>
    <message>
        <source>{count} pictures</source>
        <translation>{count} imágenes</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} s</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>now</source>
        <translation>ahora</translation>
    </message>
    <message>
        <source>Show or hide this curve</source>
        <translation>Mostrar u ocultar esta curva</translation>
    </message>
    <message>
        <source>both networks: same {same} %, different {different} %</source>
        <translation>ambas redes: igual {same} %, distinto {different} %</translation>
    </message>
    <message>
        <source>Back to live</source>
        <translation>Volver al directo</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Mostrar todo</translation>
    </message>
    <message>
        <source>Follow the picture</source>
        <translation>Seguir la imagen</translation>
    </message>
    <message>
        <source>Timeline of the chosen face</source>
        <translation>Línea de tiempo de la cara elegida</translation>
    </message>
</context>
<context>
    <name>Transport</name>
    <message>
        <source>Position</source>
        <translation>Posición</translation>
    </message>
</context>
<context>
    <name>VideoView</name>
    <message>
        <source>{label} {percent} %</source>
        <translation>{label} {percent} %</translation>
    </message>
    <message>
        <source>Picture with faces</source>
        <translation>Imagen con caras</translation>
    </message>
</context>
<context>
    <name>WhyBox</name>
    <message>
        <source>How strong the red is</source>
        <translation>Intensidad del rojo</translation>
    </message>
    <message>
        <source>Cover eyes</source>
        <translation>Tapar ojos</translation>
    </message>
    <message>
        <source>Cover mouth</source>
        <translation>Tapar boca</translation>
    </message>
    <message>
        <source>What the network sees, pixel by pixel. Drag over it to cover a part, click to uncover.</source>
        <translation>Lo que ve la red, píxel a píxel. Arrastra para tapar una parte; un clic la destapa.</translation>
    </message>
    <message>
        <source>There is no picture of this moment, so nothing can be explained.</source>
        <translation>No hay imagen de este momento, así que no se puede explicar nada.</translation>
    </message>
    <message>
        <source>Waiting for a face.</source>
        <translation>Esperando una cara.</translation>
    </message>
    <message>
        <source>Red: the pixels that “{label}” hangs on most. It shows where the answer is sensitive, not its cause.</source>
        <translation>Rojo: los píxeles de los que más depende «{label}». Muestra dónde es sensible la respuesta, no su causa.</translation>
    </message>
    <message>
        <source>Red: what “{label}” hangs on. Not its cause.</source>
        <translation>Rojo: de lo que depende «{label}», no su causa.</translation>
    </message>
    <message>
        <source>With that covered, “{label}” goes from {before} to {after}; most likely is “{said}”.</source>
        <translation>Con eso tapado, «{label}» pasa de {before} a {after}; lo más probable es «{said}».</translation>
    </message>
</context>
</TS>
