import '@fontsource-variable/inter/opsz.css';
import '@fontsource-variable/inter/opsz-italic.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import 'katex/dist/katex.min.css';

import { mount } from 'svelte';

import App from './App.svelte';
import { guardNavigation } from './features/shell/guard';
import { connect } from './lib/api';

guardNavigation();
const target = document.getElementById('app');
if (target === null) throw new Error('index.html lacks #app');
mount(App, { target, props: { backend: await connect() } });
